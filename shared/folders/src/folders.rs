use validation::{TeamPrefix, token::Team};

/// The folders of the bucket that are a caller's own.
#[derive(Clone)]
pub struct Folders {
    /// The prefix of the caller's home.
    pub home: String,
    /// The folder that the caller shares with their team.
    pub team: TeamFolder,
}

/// The folder that a caller shares with their team.
#[derive(Clone)]
pub enum TeamFolder {
    /// There are no teams here.
    Unknown,
    /// The caller is in none.
    None,
    /// Its prefix.
    Prefix(String),
}

impl Folders {
    /// The `home`, and the folder of the `team` if there are teams.
    #[must_use]
    pub fn new(home: String, teams: Option<&TeamPrefix>, team: Option<&Team>) -> Self {
        let team = match (teams, team) {
            (None, _) => TeamFolder::Unknown,
            (Some(_), None) => TeamFolder::None,
            (Some(prefix), Some(team)) => TeamFolder::Prefix(prefix.of(team)),
        };
        Self { home, team }
    }

    /// Whether a key is in one of them.
    #[must_use]
    pub fn contain(&self, key: &str) -> bool {
        key.starts_with(&self.home) || matches!(&self.team, TeamFolder::Prefix(prefix) if key.starts_with(prefix))
    }
}
