//! One engine per data folder, and how others on this computer reach it.
