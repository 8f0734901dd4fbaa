import { tableArns, type TableRef } from '#catalog/metastore'
import { type Filter, type TableMetadata, isIcebergTable } from '#catalog/tables'
import { type MaintenanceStatement, type Query, analyzeQuery } from '#consumption/sql'
import { type LakeError, isLakeError } from '#kit'
import type { FileSchemas } from '#processing/iceberg'
import {
  type MaintenanceParts,
  compact,
  expireSnapshots,
  removeOrphanFiles,
  rewriteDeletes,
} from '#processing/maintenance'
import { engineFailure } from '../engine-failure.ts'
import { failed } from '../planning/failure.ts'
import { fetchTables } from '../planning/lookup.ts'
import { type QueryRights, filesArn, requireRight } from '../rights/query-rights.ts'
import type { DdlParts } from '../statements/run-ddl.ts'
import { type TextResult, nothing } from '../statements/text-result.ts'
import { tableRefOf } from '../writes/target.ts'
import { icebergFilters } from './filters.ts'

export interface MaintainParts extends DdlParts {
  readonly maintenance: MaintenanceParts
  readonly icebergFiles: FileSchemas
  readonly rights: QueryRights
}

/**
 * OPTIMIZE: small files, and those with deletes, become few and whole ones; the deletes of a partition that are left become one file. VACUUM: snapshots that are past their time go, and files
 * that no snapshot needs. https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-data-optimization.html
 */
export async function maintain(
  statement: MaintenanceStatement,
  parts: MaintainParts,
): Promise<TextResult> {
  const { maintenance, signal } = parts
  const ref = tableRefOf(statement.table, parts.context)
  try {
    const record = await parts.metastore.getTable(ref)
    if (!isIcebergTable(record)) {
      throw failed(
        'NOT_SUPPORTED',
        `line 1:1: ${statement.table.join('.')} is not an Iceberg table`,
      )
    }
    const { metadata } = await parts.tables.load(ref)
    await requireMaintenance(ref, metadata, parts.rights)
    if (statement.kind === 'vacuum') {
      await expireSnapshots(maintenance, ref)
      await removeOrphanFiles(maintenance, ref, signal)
      return nothing
    }
    const filter = await filterOf(statement, parts)
    const { engine, objects, icebergFiles: schemas } = parts
    const work = { ...maintenance, engine, objects, schemas }
    const limits = thresholds(metadata)
    await compact(work, ref, signal, { ...limits, ...(filter ? { filter: () => filter } : {}) })
    await rewriteDeletes(work, ref, signal, {
      filesMin: limits.deleteFilesMin,
      ...(filter ? { filter } : {}),
    })
    return nothing
  } catch (error) {
    if (isLakeError(error, 'TableNotFound') || isLakeError(error, 'DatabaseNotFound')) {
      const name = `awsdatacatalog.${ref.database}.${ref.table}`
      throw failed('TABLE_NOT_FOUND', `line 1:1: Table '${name}' does not exist`)
    }
    throw isLakeError(error) ? engineFailure(error as LakeError, []) : error
  }
}

/** The work itself is the lake's own: what it does to the table is asked before. */
async function requireMaintenance(
  ref: TableRef,
  { location }: TableMetadata,
  rights: QueryRights,
): Promise<void> {
  await requireRight(rights, 'glue:UpdateTable', ...tableArns(ref))
  for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']) {
    await requireRight(rights, action, filesArn(location))
  }
}

/** https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html#querying-iceberg-table-properties */
function thresholds({ properties }: TableMetadata) {
  const number = (name: string, otherwise: number) => {
    const value = Number(properties[name] ?? otherwise)
    return Number.isSafeInteger(value) && value > 0 ? value : otherwise
  }
  return {
    inputFilesMin: number('optimize_rewrite_data_file_threshold', 5),
    deleteFilesMin: number('optimize_rewrite_delete_file_threshold', 2),
  }
}

/** Which files may have rows that WHERE asks for; undefined for all. */
async function filterOf(
  { table, where, line, column }: MaintenanceStatement,
  parts: MaintainParts,
): Promise<Filter | undefined> {
  if (!where) return undefined
  const at = { line, column }
  const query: Query = {
    ctes: [],
    orderBy: [],
    body: {
      kind: 'select',
      distinct: false,
      items: [{ kind: 'item', expression: { kind: 'number', text: '1', ...at }, ...at }],
      from: [
        {
          kind: 'table',
          parts: table.map((text) => ({ text, quoted: true, ...at })),
          columns: [],
          ...at,
        },
      ],
      where,
      groupBy: [],
      windows: [],
      ...at,
    },
    ...at,
  }
  const lookup = await fetchTables({ ...parts, parameters: [] }, query)
  const analysis = analyzeQuery(query, { lookup, startMs: parts.startMs })
  return (await icebergFilters(analysis, parts, 0)).get(analysis.scans[0]!.id)
}
