import { type Position, syntaxError } from '../errors.ts'
import { TokenWalk } from '../token-walk.ts'
import type { Name } from './ast.ts'
import type { Token } from './lexer.ts'

/** Words that cannot be a name unless quoted (Trino's reserved words). */
const reserved = new Set(
  (
    'ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG CURRENT_DATE CURRENT_PATH ' +
    'CURRENT_ROLE CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE DESCRIBE DISTINCT DROP ' +
    'ELSE END ESCAPE EXCEPT EXECUTE EXISTS EXTRACT FALSE FOR FROM FULL GROUP GROUPING HAVING IN INNER INSERT ' +
    'INTERSECT INTO IS JOIN LEFT LIKE LISTAGG LOCALTIME LOCALTIMESTAMP NATURAL NORMALIZE NOT NULL ON OR ORDER OUTER PREPARE ' +
    'RECURSIVE RIGHT ROLLUP SELECT SKIP TABLE THEN TRIM TRUE UESCAPE UNION UNNEST USING VALUES WHEN WHERE WITH'
  ).split(' '),
)

/** Nesting of expressions and queries beyond this is refused, so that the stack holds. */
const depthMax = 200

/** Tokens that may be read once more, where what follows decides what came before: nested, they are read again and again. */
const readAgainMax = 2_000_000

/** Walks over the tokens of Trino's SQL. */
export class Cursor extends TokenWalk<Token> {
  #depth = 0
  #readAgain = 0

  /** True when the next token can be a name. */
  atName(): boolean {
    const token = this.peek()
    return token.kind === 'quoted' || (token.kind === 'word' && !reserved.has(token.key))
  }

  /** True when the next token can be a name that follows without AS: not the start of another clause. */
  atImplicitAlias(): boolean {
    const key = this.peek().key
    const after = this.peek(1)
    const counted = after.kind === 'number' || ['ALL', 'FIRST', 'NEXT', '?'].includes(after.key)
    if (['LIMIT', 'OFFSET', 'FETCH'].includes(key) && counted) return false
    if (key === 'WINDOW' && this.peek(2).key === 'AS') return false
    if (key === 'TABLESAMPLE' && ['BERNOULLI', 'SYSTEM'].includes(after.key)) return false
    if (key === 'MATCH_RECOGNIZE' && after.key === '(') return false
    return this.atName()
  }

  name(): Name {
    if (!this.atName()) this.fail('<identifier>')
    const token = this.next()
    return {
      text: token.text,
      quoted: token.kind === 'quoted',
      line: token.line,
      column: token.column,
    }
  }

  /** Goes back to a place got by `mark`. */
  mark(): number {
    return this.index
  }
  reset(mark: number): void {
    this.#readAgain += this.index - mark
    if (this.#readAgain > readAgainMax) {
      throw syntaxError(this.peek(), 'the statement is too large to be parsed')
    }
    this.index = mark
  }

  nested<T>(at: Position, work: () => T): T {
    if (++this.#depth > depthMax) throw syntaxError(at, 'the statement is nested too deeply')
    try {
      return work()
    } finally {
      this.#depth--
    }
  }
}

/** The position alone. */
export function place({ line, column }: Position): Position {
  return { line, column }
}
