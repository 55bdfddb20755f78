/** The package ships no types of its own; this is the part of it that is used. */
declare module 'snowball-stemmers' {
  interface SnowballStemmer {
    stem(word: string): string;
  }
  const snowball: {
    newStemmer(algorithm: string): SnowballStemmer;
  };
  export default snowball;
}
