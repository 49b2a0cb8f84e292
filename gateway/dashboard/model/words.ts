/** Whether each word of a search is in a text; capitals count for nothing. */
export function wordFilter(search: string): (text: string) => boolean {
  const words = wordsOf(search);
  return (text) => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
}

/** The words of a search, in small letters. */
export function wordsOf(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean);
}
