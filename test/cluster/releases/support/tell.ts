/** A number that was seen, beside the test's own line. */
export const tell = (line: string): void => {
  console.error(`  ${line}`);
};
