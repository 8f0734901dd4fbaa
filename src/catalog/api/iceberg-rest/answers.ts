import type { TableRef } from '#catalog/metastore'
import {
  folderLocation,
  formatTableMetadata,
  metadataEtag,
  parseLocation,
  type LoadedTable,
  type TableMetadata,
} from '#catalog/tables'
import type { RestAnswer, RestRequest } from '#protocol/iceberg-rest'
import { asRecord, asString } from './body.ts'
import type { IcebergRestContext } from './context.ts'
import { namespaceOf } from './refs.ts'
import { signerConfig, tableStorageConfig, vendedFor } from './storage-access.ts'

/** `LoadTableResult`: the state of a table, and how to reach its files. */
export async function tableAnswer(
  request: RestRequest,
  ctx: IcebergRestContext,
  table: {
    readonly metadata: TableMetadata
    readonly location: string | undefined
    readonly database: string
    readonly name: string
  },
): Promise<RestAnswer> {
  const credentials = await vendedFor(request, ctx, table)
  const storage = await tableStorageConfig(request, ctx, table)
  const members = [
    ...(table.location === undefined
      ? []
      : [`"metadata-location":${JSON.stringify(table.location)}`]),
    `"metadata":${formatTableMetadata(table.metadata)}`,
    `"config":${JSON.stringify({ ...storage, ...signerConfig(request, table), ...credentials })}`,
  ]
  if (credentials) {
    const prefix = folderLocation(table.metadata.location)
    const config = { ...storage, ...credentials }
    members.push(`"storage-credentials":${JSON.stringify([{ prefix, config }])}`)
  }
  return {
    text: `{${members.join(',')}}`,
    ...(table.location === undefined ? {} : { headers: { etag: etagOf(table.location, request) } }),
  }
}

export function loaded(table: LoadedTable): Parameters<typeof tableAnswer>[2] {
  const { metadata, location, record } = table
  return { metadata, location, database: record.database, name: record.name }
}

/** The table that a request made which is sent again. */
export async function tableMade(
  request: RestRequest,
  ctx: IcebergRestContext,
): Promise<RestAnswer> {
  return tableAnswer(request, ctx, loaded(await ctx.tables.load(await madeRef(request))))
}

/** What a request has made that is sent again, for a caller who may make it. */
export async function madeRef(request: RestRequest): Promise<TableRef> {
  const { database, ...ref } = namespaceOf(request)
  const table = asString(asRecord(request.body, 'body')['name'], 'name')
  const input = { DatabaseName: database, TableInput: { Name: table } }
  await request.authorize('glue', 'CreateTable', input)
  return { ...ref, database, table }
}

/** Of what the request would be answered with. */
export function etagOf(metadataLocation: string, request: RestRequest): string {
  const part = request.query.get('snapshots') === 'refs' ? '-refs' : ''
  return `"${metadataEtag(metadataLocation)}${part}"`
}

/** Whether the caller may write a metadata file of a table at this place: else the catalog would write for him. */
export function checkLocation(request: RestRequest): (location: string) => Promise<void> {
  return async (location) => {
    const { bucket, key } = parseLocation(location)
    await request.authorize('s3', 'PutObject', { Bucket: bucket, Key: key })
  }
}
