/**
 * The text that a passage is found by, by its words and by its vector, whoever makes them. A passage begins with its own
 * heading; the headings above it are added, so that it is found by its section as well.
 */
export function indexedText(passage: {
  readonly sectionPath: readonly string[];
  readonly text: string;
}): string {
  const { sectionPath, text } = passage;
  return [...sectionPath.filter((heading) => !text.startsWith(heading)), text].join('\n');
}
