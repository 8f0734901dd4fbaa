import type { PartitionInput, TableRecord, TableRef } from '#catalog/metastore'
import type { QueryCatalog } from '../rights/guarded-catalog.ts'
import type { DdlStatement, PartitionSpec } from '#consumption/sql'
import { failed } from '../planning/failure.ts'

const batch = 100

/** ALTER TABLE ADD PARTITION: all that are named, each with the table's storage at its own location. */
export async function addPartitions(
  statement: Extract<DdlStatement, { kind: 'addPartitions' }>,
  table: TableRecord,
  ref: TableRef,
  metastore: QueryCatalog,
): Promise<void> {
  const inputs = statement.partitions.map(({ spec, location }) => {
    const values = partitionValues(spec, table)
    return partitionInput(table, values, location ?? partitionLocation(table, values))
  })
  if (!statement.ifNotExists) {
    // Nothing is added when one is there already.
    const there = await metastore.getPartitions(
      ref,
      inputs.map((input) => input.values),
    )
    if (there.length > 0) throw existing(there[0]!.values)
  }
  for (let start = 0; start < inputs.length; start += batch) {
    const answer = await metastore.addPartitions(ref, inputs.slice(start, start + batch))
    if (answer.existing.length > 0 && !statement.ifNotExists) throw existing(answer.existing[0]!)
  }
}

function existing(values: readonly string[]) {
  return failed(
    'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask',
    `AlreadyExistsException(message:Partition already exists: [${values.join(', ')}])`,
  )
}

export async function dropPartitions(
  statement: Extract<DdlStatement, { kind: 'dropPartitions' }>,
  table: TableRecord,
  ref: TableRef,
  metastore: QueryCatalog,
): Promise<void> {
  for (const spec of statement.specs) {
    const found = await matching(spec, table, ref, metastore)
    if (found.length === 0 && !statement.ifExists) {
      const text = spec.map(({ key, operator, value }) => `${key} ${operator} ${value}`).join(', ')
      throw failed('FAILED: SemanticException [Error 10006]', `Partition not found (${text})`)
    }
    for (let start = 0; start < found.length; start += batch) {
      await metastore.deletePartitions(ref, found.slice(start, start + batch))
    }
  }
}

/**
 * ALTER TABLE PARTITION … RENAME TO PARTITION: other values in the catalog; the files stay where they are.
 * https://docs.aws.amazon.com/athena/latest/ug/alter-table-rename-partition.html
 */
export async function renamePartition(
  statement: Extract<DdlStatement, { kind: 'renamePartition' }>,
  table: TableRecord,
  ref: TableRef,
  metastore: QueryCatalog,
): Promise<void> {
  const from = partitionValues(statement.partition, table)
  const values = partitionValues(statement.to, table)
  const partition = await metastore.getPartition(ref, from)
  await metastore.updatePartition(ref, from, { ...partition, values })
}

/** The values of the partitions that a specification names, perhaps by some keys or by comparison only. */
async function matching(
  spec: PartitionSpec,
  table: TableRecord,
  ref: TableRef,
  metastore: QueryCatalog,
): Promise<readonly (readonly string[])[]> {
  const keys = table.partitionKeys ?? []
  const terms = spec.map(({ key, operator, value }) => {
    const column = keys.find((each) => each.name === key)
    if (!column) throw notKey(key)
    const numeric = /^(tinyint|smallint|int|bigint|decimal.*)$/.test(column.type ?? 'string')
    const literal =
      numeric && /^-?\d+(\.\d+)?$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`
    return `${key} ${operator === '!=' ? '<>' : operator} ${literal}`
  })
  const found: (readonly string[])[] = []
  let nextToken: string | undefined
  do {
    const page = await metastore.listPartitions(ref, {
      limit: 1000,
      nextToken,
      expression: terms.join(' AND '),
    })
    found.push(...page.items.map((item) => item.values))
    nextToken = page.nextToken
  } while (nextToken)
  return found
}

/** The values of a specification that names every key, in the order of the keys. */
export function partitionValues(spec: PartitionSpec, table: TableRecord): string[] {
  const keys = (table.partitionKeys ?? []).map((key) => key.name)
  const stranger = spec.find(({ key }) => !keys.includes(key))
  if (stranger) throw notKey(stranger.key)
  return keys.map((key) => {
    const found = spec.find((part) => part.key === key)
    if (!found || found.operator !== '=') {
      throw failed(
        'FAILED: SemanticException',
        `partition spec must name every partition key with '=': ${key} is missing`,
      )
    }
    return found.value
  })
}

function notKey(key: string) {
  return failed(
    'FAILED: SemanticException [Error 10098]',
    `Non-Partition column appears in the partition specification: ${key}`,
  )
}

/** A partition that is stored like its table. */
export function partitionInput(
  table: TableRecord,
  values: readonly string[],
  location: string,
): PartitionInput {
  return { values, storage: { ...table.storage, location }, parameters: {} }
}

/** `location/key=value/…`, where Hive would put it. */
function partitionLocation(table: TableRecord, values: readonly string[]): string {
  const keys = (table.partitionKeys ?? []).map((key) => key.name)
  const base = (table.storage?.location ?? '').replace(/\/$/, '')
  return `${base}/${keys.map((key, index) => `${key}=${encodeURIComponent(values[index]!)}`).join('/')}`
}
