/** Text as a value of a visibility query. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
