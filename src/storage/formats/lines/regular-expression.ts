import { toRegExp } from 'oniguruma-to-es'

export interface ExpressionOptions {
  readonly ignoreCase: boolean
  /** The whole text must match. */
  readonly whole: boolean
}

/**
 * A regular expression in the syntax of Java (or of Grok, which is Oniguruma's: what programs use of both is the
 * same) as one of JavaScript. Throws an Error that says what is wrong with it.
 */
export function toExpression(pattern: string, { ignoreCase, whole }: ExpressionOptions): RegExp {
  try {
    const plain = plainQuotes(pattern).replaceAll('\\h', '[ \\t]')
    return toRegExp(whole ? `\\A(?:${plain})\\z` : plain, {
      // A dot stands for every character, and classes are those of ASCII, as in Java.
      flags: `mDSW${ignoreCase ? 'i' : ''}`,
      rules: { captureGroup: true, singleline: true, asciiWordBoundaries: true },
    })
  } catch (error) {
    throw new Error(`the pattern is not a regular expression: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** Java's `\Q…\E`: text that means itself. */
function plainQuotes(pattern: string): string {
  return pattern.replaceAll(/\\Q([\s\S]*?)(?:\\E|$)/g, (_, text: string) =>
    text.replaceAll(/[\\^$.*+?()[\]{}|/&-]/g, '\\$&'),
  )
}
