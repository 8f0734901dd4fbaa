import {
  type DdlStatement,
  type MaintenanceStatement,
  type Query,
  type RowChange,
  type WriteStatement,
  parseDdl,
  parseMaintenance,
  parseRowChange,
  parseWrite,
  statementBytesMax,
} from '#consumption/sql'
import { isLakeError } from '#kit'
import { QueryErrors } from '../errors.ts'
import { type Explain, parseExplain } from '../explain/statement.ts'
import type { StatementType } from '../records.ts'
import { ParsedQueries } from './parsed-queries.ts'

/** A statement as it was sent, parsed. */
export type Statement =
  | { readonly kind: 'query'; readonly query: Query; readonly parameterCount: number }
  | { readonly kind: 'write'; readonly write: WriteStatement; readonly parameterCount: number }
  | { readonly kind: 'change'; readonly change: RowChange; readonly parameterCount: number }
  | { readonly kind: 'maintain'; readonly maintenance: MaintenanceStatement }
  | { readonly kind: 'ddl'; readonly ddl: DdlStatement }
  | { readonly kind: 'explain'; readonly explain: Explain }
  | { readonly kind: 'execute'; readonly name: string; readonly arguments: readonly string[] }
  | {
      readonly kind: 'executeImmediate'
      readonly sql: string
      readonly arguments: readonly string[]
    }
  | { readonly kind: 'prepare'; readonly name: string; readonly sql: string }
  | { readonly kind: 'deallocate'; readonly name: string }

const queries = new ParsedQueries()

const ddlWords = ['CREATE', 'DROP', 'ALTER', 'SHOW', 'MSCK', 'DESC', 'DESCRIBE']
const queryWords = ['SELECT', 'WITH', 'VALUES', 'TABLE', '(']
const writeWords = ['INSERT', 'UNLOAD']
const changeWords = ['DELETE', 'UPDATE', 'MERGE']
const maintenanceWords = ['OPTIMIZE', 'VACUUM']
/**
 * What Hive or Trino have and Athena's reference does not: https://docs.aws.amazon.com/athena/latest/ug/unsupported-ddl.html,
 * https://docs.aws.amazon.com/athena/latest/ug/other-notable-limitations.html. USING EXTERNAL FUNCTION is Athena's, and not built.
 */
const refusedWords = new Set(
  (
    'ANALYZE CALL COMMENT COMMIT DENY DFS EXPORT GRANT IMPORT LOCK REFRESH RESET REVOKE ROLLBACK SET START TRUNCATE ' +
    'UNLOCK USE USING'
  ).split(' '),
)

/** What a prepared statement can be. https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html */
export type PreparedKind = Extract<Statement, { kind: 'query' | 'write' | 'change' }>

/** Parses the text of a prepared statement. */
export function parsePrepared(sql: string): PreparedKind {
  // What prepares what prepares … is not read to its end.
  const nested = /^\s*(?:PREPARE|EXECUTE|DEALLOCATE)\s/i.test(sql)
  const statement = nested ? undefined : parseStatement(sql)
  if (statement && ['query', 'write', 'change'].includes(statement.kind))
    return statement as PreparedKind
  throw QueryErrors.InvalidQueryRequest(
    'Only queries and INSERT, CREATE TABLE AS, UNLOAD, DELETE, UPDATE and MERGE can be prepared',
  )
}

/** Parses a statement when it is sent, as Athena does: `InvalidQueryRequest` with the place of the fault. */
export function parseStatement(sql: string): Statement {
  if (Buffer.byteLength(sql) > statementBytesMax) {
    throw QueryErrors.InvalidQueryRequest(`Query string exceeds ${statementBytesMax} bytes`)
  }
  const text = withoutComments(sql)
  if (text === '') throw QueryErrors.InvalidQueryRequest('Query string is empty')
  const word = /^[A-Za-z]+|^\(/.exec(text)?.[0].toUpperCase() ?? ''
  try {
    if (queryWords.includes(word)) return { kind: 'query', ...queries.parse(sql) }
    if (word === 'EXPLAIN') return { kind: 'explain', explain: parseExplain(text) }
    if (/^CREATE\s+TABLE\b/i.test(text)) {
      // Columns follow the name where a table of Iceberg is made; WITH or AS where rows are.
      const named = /^CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:"[^"]*"|`[^`]*`|[\w.])+\s*\(/i
      return named.test(text) ? { kind: 'ddl', ddl: parseDdl(sql) } : writeStatement(sql)
    }
    if (writeWords.includes(word)) return writeStatement(sql)
    if (changeWords.includes(word)) {
      const change = parseRowChange(sql)
      return { kind: 'change', change, parameterCount: change.parameterCount }
    }
    if (maintenanceWords.includes(word)) {
      return { kind: 'maintain', maintenance: parseMaintenance(sql) }
    }
    if (ddlWords.includes(word)) return { kind: 'ddl', ddl: parseDdl(sql) }
    const prepared = preparedStatement(text)
    if (prepared) return prepared
  } catch (error) {
    if (isLakeError(error, 'SyntaxError')) throw QueryErrors.InvalidQueryRequest(error.message)
    throw error
  }
  if (refusedWords.has(word)) {
    throw QueryErrors.InvalidQueryRequest(`Queries of this type are not supported: ${word}`)
  }
  const shown = text.slice(0, 30).split(/\s/)[0]
  throw QueryErrors.InvalidQueryRequest(
    `line 1:1: mismatched input '${shown}'. Expecting: 'ALTER', 'CREATE', 'DESCRIBE', 'DROP', 'EXECUTE', 'MSCK', 'PREPARE', 'SHOW', <query>`,
  )
}

function writeStatement(sql: string): Statement {
  const write = parseWrite(sql)
  return { kind: 'write', write, parameterCount: write.parameterCount }
}

/** No pattern here may have two ways to read the same spaces: thousands of them would take it hours. */
function preparedStatement(whole: string): Statement | undefined {
  const text = (whole.endsWith(';') ? whole.slice(0, -1) : whole).trim()
  const prepare = /^PREPARE\s+([A-Za-z_]\w*)\s+FROM\s+([\s\S]+)$/i.exec(text)
  if (prepare) {
    const sql = prepare[2]!
    parsePrepared(sql)
    return { kind: 'prepare', name: prepare[1]!, sql }
  }
  const deallocate = /^DEALLOCATE\s+PREPARE\s+([A-Za-z_]\w*)$/i.exec(text)
  if (deallocate) return { kind: 'deallocate', name: deallocate[1]! }
  // https://trino.io/docs/current/sql/execute-immediate.html
  const immediate = /^EXECUTE\s+IMMEDIATE\s+'((?:[^']|'')*)'\s*(?:USING\s+(\S[\s\S]*))?$/i.exec(
    text,
  )
  if (immediate) {
    const sql = immediate[1]!.replaceAll("''", "'")
    parsePrepared(sql)
    return { kind: 'executeImmediate', sql, arguments: listItems(immediate[2]) }
  }
  const execute = /^EXECUTE\s+([A-Za-z_]\w*)(?:\s+USING\s+(\S[\s\S]*))?$/i.exec(text)
  if (!execute) return undefined
  return { kind: 'execute', name: execute[1]!, arguments: listItems(execute[2]) }
}

/** The texts between commas that stand in no bracket and no quote. */
function listItems(text: string | undefined): string[] {
  if (text === undefined) return []
  const items: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let index = 0; index < text.length; index++) {
    const char = text[index]
    if (char === "'") quoted = !quoted
    if (quoted) continue
    if (char === '(' || char === '[') depth++
    if (char === ')' || char === ']') depth--
    if (char === ',' && depth === 0) {
      items.push(text.slice(start, index).trim())
      start = index + 1
    }
  }
  items.push(text.slice(start).trim())
  return items
}

function withoutComments(sql: string): string {
  return sql.replace(/^(\s+|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)+/, '').trim()
}

/**
 * The name of a statement's result below the output location.
 * https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
 */
export function resultName(statement: Statement, id: string): string {
  if (statement.kind === 'change') return id
  if (statement.kind !== 'write') {
    return `${id}.${classify(statement).type === 'DML' ? 'csv' : 'txt'}`
  }
  return statement.write.kind === 'createTableAs' ? `tables/${id}` : id
}

/** How GetQueryExecution classifies a statement. */
export function classify(statement: Statement): { type: StatementType; subType: string } {
  switch (statement.kind) {
    case 'query':
    case 'execute':
    case 'executeImmediate':
      return { type: 'DML', subType: 'SELECT' }
    case 'write':
      return statement.write.kind === 'createTableAs'
        ? { type: 'DDL', subType: 'CREATE_TABLE_AS_SELECT' }
        : { type: 'DML', subType: statement.write.kind.toUpperCase() }
    case 'maintain':
      return { type: 'DDL', subType: statement.maintenance.kind.toUpperCase() }
    case 'change':
      return { type: 'DML', subType: statement.change.kind.toUpperCase() }
    case 'explain':
      return { type: 'UTILITY', subType: 'EXPLAIN' }
    case 'prepare':
    case 'deallocate':
      return { type: 'DDL', subType: statement.kind.toUpperCase() }
    case 'ddl': {
      const { kind } = statement.ddl
      const subType = kind
        .replace('Iceberg', '')
        .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
        .toUpperCase()
      const utility = kind.startsWith('show') || kind === 'describe'
      return { type: utility ? 'UTILITY' : 'DDL', subType }
    }
  }
}
