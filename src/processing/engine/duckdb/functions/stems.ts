import { createRequire } from 'node:module'
import { type EngineFunction, FunctionFailure, engineFunction } from './function.ts'

interface Stemmer {
  stem(word: string): string
}
interface Stemmers {
  newStemmer(algorithm: string): Stemmer
}

/** The languages that Trino knows, but Lithuanian, which the library lacks. */
const algorithms: Readonly<Record<string, string>> = {
  ca: 'catalan',
  da: 'danish',
  de: 'german',
  en: 'english',
  es: 'spanish',
  eu: 'basque',
  fi: 'finnish',
  fr: 'french',
  hu: 'hungarian',
  hy: 'armenian',
  ir: 'irish',
  it: 'italian',
  nl: 'dutch',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sv: 'swedish',
  tr: 'turkish',
}

let library: Stemmers | undefined
const stemmers = new Map<string, Stemmer>()

function stemmerOf(language: string): Stemmer {
  const known = stemmers.get(language)
  if (known) return known
  if (language === 'lt')
    throw new FunctionFailure('NOT_SUPPORTED', 'word_stem does not know Lithuanian')
  const algorithm = algorithms[language]
  if (!algorithm) {
    const text = `Unknown stemmer language: ${language}`
    throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', text)
  }
  // Most tasks stem nothing, so that the library is loaded by the first that does.
  library ??= createRequire(import.meta.url)('snowball-stemmers') as Stemmers
  const stemmer = library.newStemmer(algorithm)
  stemmers.set(language, stemmer)
  return stemmer
}

/** https://trino.io/docs/current/functions/string.html#word_stem */
export const stemFunctions: readonly EngineFunction[] = [
  engineFunction('trino_word_stem', ['text', 'text'], 'text', (word, language) =>
    stemmerOf(language.toLowerCase()).stem(word),
  ),
]
