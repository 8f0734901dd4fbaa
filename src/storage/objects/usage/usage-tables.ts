import { sql, type Kysely } from 'kysely'

/** What a row of `object_versions` adds to the figures of its bucket and class: column and expression. */
const figures = (row: string): readonly (readonly [string, string])[] => {
  const isVersion = `${row}.delete_marker = 0`
  return [
    ['objects', `(${row}.is_latest = 1 and ${isVersion})`],
    ['object_bytes', `(${row}.is_latest = 1 and ${isVersion}) * ${row}.size_bytes`],
    ['noncurrent', `(${row}.is_latest = 0 and ${isVersion})`],
    ['noncurrent_bytes', `(${row}.is_latest = 0 and ${isVersion}) * ${row}.size_bytes`],
    ['delete_markers', `(${row}.delete_marker = 1)`],
  ]
}

const columns = figures('any').map(([column]) => column)

/** Counts everything anew: bucket, class, figures. */
export const countedAnew = `select bucket, storage_class, ${figures('versions')
  .map(([column, value]) => `sum(${value}) as ${column}`)
  .join(', ')} from object_versions as versions group by bucket, storage_class`

/**
 * The figures of each bucket, by storage class. Triggers keep them right within every transaction, without a statement more on its
 * way to the writer: SQLite's own, so that another database needs its own.
 */
export async function createUsageTables(db: Kysely<unknown>): Promise<void> {
  let table = db.schema
    .createTable('object_usage')
    .addColumn('bucket', 'text', (column) => column.notNull())
    .addColumn('storage_class', 'text', (column) => column.notNull())
  for (const column of columns) {
    table = table.addColumn(column, 'bigint', (definition) => definition.notNull())
  }
  await table.addPrimaryKeyConstraint('object_usage_key', ['bucket', 'storage_class']).execute()
  const run = (text: string) => sql.raw(text).execute(db)
  await run(`insert into object_usage ${countedAnew}`)
  await run(
    `create trigger object_usage_put after insert on object_versions begin ${adding('new')}; end`,
  )
  await run(
    `create trigger object_usage_deleted after delete on object_versions begin ${taking('old')}; end`,
  )
  await run(changing(['is_latest', 'storage_class']))
  await run(
    'create trigger object_usage_bucket_deleted after delete on object_buckets begin delete from object_usage where bucket = old.name; end',
  )
}

/** A row may be written over by that of the version which comes in its place. */
export async function countReplacedVersions(db: Kysely<unknown>): Promise<void> {
  const columnsThatCount = ['is_latest', 'storage_class', 'delete_marker', 'size_bytes']
  for (const text of ['drop trigger object_usage_changed', changing(columnsThatCount)]) {
    await sql.raw(text).execute(db)
  }
}

function changing(columnsThatCount: readonly string[]): string {
  const isOther = columnsThatCount.map((column) => `old.${column} <> new.${column}`).join(' or ')
  return `create trigger object_usage_changed after update of ${columnsThatCount.join(', ')} on object_versions
     when ${isOther} begin ${taking('old')}; ${adding('new')}; end`
}

function adding(row: string): string {
  const values = figures(row).map(([, value]) => value)
  const sums = columns.map((column) => `${column} = ${column} + excluded.${column}`)
  return `insert into object_usage (bucket, storage_class, ${columns.join(', ')})
    values (${row}.bucket, ${row}.storage_class, ${values.join(', ')})
    on conflict (bucket, storage_class) do update set ${sums.join(', ')}`
}

function taking(row: string): string {
  const differences = figures(row).map(([column, value]) => `${column} = ${column} - ${value}`)
  return `update object_usage set ${differences.join(', ')}
    where bucket = ${row}.bucket and storage_class = ${row}.storage_class`
}
