use super::{Domain, InvalidEmailAddress};

/// Why a sign-up is refused. No variant holds the address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No e-mail address, or an empty one.
    #[error("no e-mail address")]
    EmailMissing,
    /// Not an e-mail address.
    #[error("malformed e-mail address")]
    EmailMalformed,
    /// The part before the `@` is not ASCII, so that Cognito could not send mail to it.
    #[error("e-mail address not in ASCII before the @")]
    LocalPartNotAscii,
    /// The domain is on the block list.
    #[error("{0} is blocked")]
    DomainBlocked(Domain),
    /// There is an allow list, and the domain is not on it.
    #[error("{0} is not allowed")]
    DomainNotAllowed(Domain),
    /// The domain gives out disposable addresses, and is not on an allow list.
    #[error("{0} is disposable")]
    Disposable(Domain),
    /// The domain is not written in its canonical spelling, and one mailbox is to have one spelling.
    #[error("{0} is not in its canonical spelling")]
    DomainNotCanonical(Domain),
    /// The address is one of several ways to write the same mailbox.
    #[error("an alias at {0}")]
    Alias(Domain),
    /// No invite code, where one is needed.
    #[error("no invite for an address at {0}")]
    InviteMissing(Domain),
    /// The invite code was not made with our key for this address.
    #[error("a wrong invite for an address at {0}")]
    InviteInvalid(Domain),
    /// The invite code is right but has expired.
    #[error("an expired invite for an address at {0}")]
    InviteExpired(Domain),
}

impl Refusal {
    /// The code in the error message and in the log.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmailMissing => "email_missing",
            Self::EmailMalformed => "email_malformed",
            Self::LocalPartNotAscii => "email_local_part_not_ascii",
            Self::DomainBlocked(_) => "email_domain_blocked",
            Self::DomainNotAllowed(_) => "email_domain_not_allowed",
            Self::Disposable(_) => "email_disposable",
            Self::DomainNotCanonical(_) => "email_domain_not_canonical",
            Self::Alias(_) => "email_alias",
            Self::InviteMissing(_) => "invite_missing",
            Self::InviteInvalid(_) => "invite_invalid",
            Self::InviteExpired(_) => "invite_expired",
        }
    }

    /// The domain of the address, if it has one.
    #[must_use]
    pub fn domain(&self) -> Option<&Domain> {
        match self {
            Self::EmailMissing | Self::EmailMalformed | Self::LocalPartNotAscii => None,
            Self::DomainBlocked(domain)
            | Self::DomainNotAllowed(domain)
            | Self::Disposable(domain)
            | Self::DomainNotCanonical(domain)
            | Self::Alias(domain)
            | Self::InviteMissing(domain)
            | Self::InviteInvalid(domain)
            | Self::InviteExpired(domain) => Some(domain),
        }
    }

    /// What to tell the person who signs up.
    #[must_use]
    pub fn description(&self) -> &'static str {
        match self {
            Self::EmailMissing => "An e-mail address is required to sign up.",
            Self::EmailMalformed => "The e-mail address is not valid. Check it for typing errors.",
            Self::LocalPartNotAscii => {
                "Before the @, an e-mail address may have only the letters a to z, digits and common symbols."
            }
            Self::DomainBlocked(_) => "Sign-ups with this e-mail domain are not accepted.",
            Self::DomainNotAllowed(_) => "Sign-ups are limited to certain e-mail domains, and this is not one of them.",
            Self::Disposable(_) => "Disposable e-mail addresses are not accepted. Use a permanent one.",
            Self::DomainNotCanonical(_) => {
                "After the @, write only the letters a to z, digits, hyphens and dots, with no dot at the end. Write \
                 an international domain in its xn-- form."
            }
            Self::Alias(_) => {
                "Write the e-mail address in its plain form: without a plus, and at Gmail without dots and with \
                 gmail.com."
            }
            Self::InviteMissing(_) => "Sign-ups need an invite code.",
            Self::InviteInvalid(_) => "The invite code is not valid for this e-mail address.",
            Self::InviteExpired(_) => "The invite code has expired. Ask for a new one.",
        }
    }
}

impl From<InvalidEmailAddress> for Refusal {
    fn from(problem: InvalidEmailAddress) -> Self {
        match problem {
            InvalidEmailAddress::Form => Self::EmailMalformed,
            InvalidEmailAddress::LocalPartNotAscii => Self::LocalPartNotAscii,
        }
    }
}
