import type { TableInput } from '#catalog/metastore'
import {
  type DdlStatement,
  analyzeQuery,
  hiveTypeText,
  parseQuery,
  typeText,
} from '#consumption/sql'
import { isLakeError } from '#kit'
import { failed } from '../planning/failure.ts'
import { fetchTables } from '../planning/lookup.ts'
import { presto } from '../planning/presto-view.ts'
import type { DdlParts } from './run-ddl.ts'
import { type TextResult, nothing } from './text-result.ts'

/** CREATE VIEW: kept in the catalog as Athena keeps it, its columns' types found by analysis. */
export async function createView(
  statement: Extract<DdlStatement, { kind: 'createView' }>,
  parts: DdlParts,
): Promise<TextResult> {
  const { metastore, context } = parts
  const { query, parameterCount } = parseQuery(statement.sql)
  if (parameterCount > 0) throw failed('SYNTAX_ERROR', 'a view cannot have parameters')
  const lookup = await fetchTables({ ...parts, parameters: [] }, query)
  const { columns } = analyzeQuery(query, { lookup, startMs: parts.startMs })
  const seen = new Set<string>()
  for (const { name } of columns) {
    const lower = name.toLowerCase()
    if (/^_col\d+$/.test(name)) {
      throw failed(
        'SYNTAX_ERROR',
        `line 1:1: Column name not specified at position ${columns.findIndex((c) => c.name === name) + 1}`,
      )
    }
    if (seen.has(lower))
      throw failed('SYNTAX_ERROR', `line 1:1: Column name '${lower}' specified more than once`)
    seen.add(lower)
  }
  const database = statement.name.database ?? context.database
  const input: TableInput = {
    name: statement.name.table,
    tableType: 'VIRTUAL_VIEW',
    parameters: { presto_view: 'true', comment: 'Presto View' },
    partitionKeys: [],
    viewOriginalText: presto.encode({
      sql: statement.sql,
      database: context.database,
      catalog: 'awsdatacatalog',
      columns: columns.map(({ name, type }) => ({
        name: name.toLowerCase(),
        type: typeText(type),
      })),
    }),
    viewExpandedText: '/* Presto View */',
    storage: {
      columns: columns.map(({ name, type }) => ({
        name: name.toLowerCase(),
        type: hiveTypeText(type),
      })),
      location: '',
      serde: {},
    },
  }
  const ref = { accountId: context.accountId, region: context.region, database }
  try {
    await metastore.createTable(ref, input, parts.createdBy)
  } catch (error) {
    if (!isLakeError(error, 'AlreadyExists')) throw error
    const current = await metastore.getTable({ ...ref, table: input.name })
    if (!statement.replace || current.tableType !== 'VIRTUAL_VIEW') {
      throw failed(
        'SYNTAX_ERROR',
        `line 1:1: View already exists: 'awsdatacatalog.${database}.${input.name}'`,
      )
    }
    await metastore.updateTable({ ...ref, table: input.name }, input)
  }
  return nothing
}
