import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { type AthenaLake, startAthenaLake } from './athena-lake.ts'

/** Written by PyIceberg and by Spark, data files and all: see the READMEs there. */
const fixtures = new URL('../fixtures/', import.meta.url).pathname
type Fixtures = 'iceberg-rows' | 'iceberg-formats' | 'iceberg-variant' | 'iceberg-equality'

export interface ExpectedRows {
  readonly metadataLocation: string
  /** As Athena prints them, in the order of `id`. */
  readonly rows: readonly (readonly (string | null)[])[]
  /** Of earlier snapshots, by their ids. */
  readonly snapshots?: Readonly<Record<string, readonly (readonly (string | null)[])[]>>
}

/** A lake with the database `shop`, for tables of Iceberg. */
export async function startIcebergLake(): Promise<AthenaLake & { readonly glue: GlueClient }> {
  const lake = await startAthenaLake()
  const glue = lake.lake.client(GlueClient)
  await glue.send(
    new CreateDatabaseCommand({ DatabaseInput: { Name: 'shop', LocationUri: 's3://data/shop' } }),
  )
  await lake.s3.send(new CreateBucketCommand({ Bucket: 'rows' }))
  return { ...lake, glue }
}

export async function expectedOf(
  table: string,
  from: Fixtures = 'iceberg-rows',
): Promise<ExpectedRows> {
  const path = join(fixtures, from, table, 'expected.json')
  return JSON.parse(await readFile(path, 'utf8')) as ExpectedRows
}

/** Puts a fixture's files where they say that they are, and registers the table through Glue. */
export async function registerFixture(
  lake: Awaited<ReturnType<typeof startIcebergLake>>,
  table: string,
  from: Fixtures = 'iceberg-rows',
): Promise<ExpectedRows> {
  const folder = join(fixtures, from, table)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'expected.json') continue
    const path = join(entry.parentPath, entry.name)
    const Key = `${table}/${path.slice(folder.length + 1)}`
    await lake.s3.send(new PutObjectCommand({ Bucket: 'rows', Key, Body: await readFile(path) }))
  }
  const expected = await expectedOf(table, from)
  await lake.glue.send(
    new CreateTableCommand({
      DatabaseName: 'shop',
      TableInput: {
        Name: table,
        TableType: 'EXTERNAL_TABLE',
        Parameters: { table_type: 'ICEBERG', metadata_location: expected.metadataLocation },
        StorageDescriptor: { Location: `s3://rows/${table}` },
      },
    }),
  )
  return expected
}
