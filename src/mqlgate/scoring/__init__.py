"""From a version and the leads as they are known to a scores table. Never trains, never decides where a table goes."""
