import { invalidPattern } from './invalid.ts'
import { compileJsonPattern } from './json.ts'
import { compileTerms } from './terms.ts'

/** Tells whether a log message matches. */
export type Matcher = (message: string) => boolean

/**
 * Compiles a filter pattern of CloudWatch Logs: terms, `?or`, `-without`, "quoted phrases", and JSON selectors in braces. Regular
 * expressions (`%…%`) and space-delimited patterns (`[…]`) are refused. Error: `InvalidLogParameter`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function compileFilterPattern(pattern: string): Matcher {
  const text = pattern.trim()
  if (text === '') return () => true
  if (text.startsWith('{')) return compileJsonPattern(text)
  if (text.startsWith('[')) throw invalidPattern('space-delimited patterns are not supported here')
  return compileTerms(text)
}
