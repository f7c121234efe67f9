//! Which folders of the bucket are a person's own, as `HOME_PREFIX` and `TEAM_PREFIX` say. No call is made to find out.

mod folder_settings;
mod folders;

pub use self::{
    folder_settings::FolderSettings,
    folders::{Folders, TeamFolder},
};
