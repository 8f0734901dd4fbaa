import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

const folder = join(import.meta.dirname, 'statements')

export interface Statement {
  readonly sql: string
  /** Why Boathouse answers otherwise, where that is known and meant. */
  readonly differs: string | undefined
}

export interface Group {
  readonly name: string
  readonly statements: readonly Statement[]
}

/** The files of `statements` whose names contain a word: a statement a line, and before it `-- differs: why` where need be. */
export function statementGroups(words: readonly string[]): readonly Group[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .map((file) => ({ name: basename(file, '.sql'), path: join(folder, file) }))
    .filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
    .map(({ name, path }) => ({ name, statements: parsed(readFileSync(path, 'utf8')) }))
}

function parsed(text: string): readonly Statement[] {
  const statements: Statement[] = []
  let differs: string | undefined
  for (const line of text.split('\n')) {
    const noted = /^-- differs: (.*)/.exec(line)
    if (noted) differs = noted[1]
    if (line.trim() === '' || line.startsWith('--')) continue
    statements.push({ sql: line.trim(), differs })
    differs = undefined
  }
  return statements
}
