/** The language of the catalogue in use, for Intl. */
export const LOCALE = "en";
