import type { Column, TableRecord, TableRef } from '#catalog/metastore'
import type { QueryCatalog } from '../rights/guarded-catalog.ts'
import type { DdlStatement } from '#consumption/sql'
import { failed } from '../planning/failure.ts'
import { partitionValues } from './alter-partitions.ts'
import { checkColumns } from './check-columns.ts'

type ColumnStatement = Extract<
  DdlStatement,
  { kind: 'addColumns' | 'replaceColumns' | 'changeColumn' }
>

const task = 'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask'

/**
 * ALTER TABLE ADD COLUMNS, REPLACE COLUMNS and CHANGE COLUMN of the table, or the first two of one partition. Files are not
 * touched. https://docs.aws.amazon.com/athena/latest/ug/alter-table-add-columns.html
 */
export async function alterColumns(
  statement: ColumnStatement,
  table: TableRecord,
  ref: TableRef,
  metastore: QueryCatalog,
): Promise<void> {
  checkColumns(statement.kind === 'changeColumn' ? [statement.to] : statement.columns)
  const partition = statement.kind === 'changeColumn' ? undefined : statement.partition
  if (partition) {
    const values = partitionValues(partition, table)
    const current = await metastore.getPartition(ref, values)
    const before = current.storage?.columns ?? table.storage?.columns ?? []
    const columns = checked(changed(statement, before), table)
    const storage = { ...current.storage, columns }
    await metastore.updatePartition(ref, values, { ...current, storage })
    return
  }
  const columns = checked(changed(statement, table.storage?.columns ?? []), table)
  const input = { ...table, storage: { ...table.storage, columns } }
  await metastore.updateTable(ref, input, { versionId: table.versionId })
}

function changed(statement: ColumnStatement, before: readonly Column[]): readonly Column[] {
  switch (statement.kind) {
    case 'addColumns':
      return [...before, ...statement.columns]
    case 'replaceColumns':
      return statement.columns
    case 'changeColumn': {
      const { column, to, place } = statement
      const at = before.findIndex(({ name }) => name.toLowerCase() === column)
      if (at < 0) throw failed(task, `Invalid column reference ${column}`)
      const own = { ...to, comment: to.comment ?? before[at]!.comment }
      if (!place) return before.with(at, own)
      const others = before.toSpliced(at, 1)
      if (place.after === undefined) return [own, ...others]
      const after = others.findIndex(({ name }) => name.toLowerCase() === place.after)
      if (after < 0) throw failed(task, `Invalid column reference ${place.after}`)
      return others.toSpliced(after + 1, 0, own)
    }
  }
}

function checked(columns: readonly Column[], table: TableRecord): readonly Column[] {
  const names = new Set((table.partitionKeys ?? []).map((key) => key.name.toLowerCase()))
  for (const { name } of columns) {
    if (names.has(name.toLowerCase())) throw failed(task, `Duplicate column name: ${name}`)
    names.add(name.toLowerCase())
  }
  return columns
}
