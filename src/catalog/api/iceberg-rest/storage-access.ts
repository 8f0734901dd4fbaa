import { parseLocation, type TableMetadata } from '#catalog/tables'
import type { RestRequest } from '#protocol/iceberg-rest'
import type { IcebergRestContext } from './context.ts'

type Config = Readonly<Record<string, string>>

/** How clients reach our own S3: https://iceberg.apache.org/docs/latest/aws/#s3-fileio */
export function storageConfig(request: RestRequest): Config {
  return {
    's3.endpoint': request.origin,
    's3.path-style-access': 'true',
    's3.region': request.region,
    'client.region': request.region,
  }
}

const delegation = 'x-iceberg-access-delegation'

/**
 * Credentials that reach the table's files and nothing else, when the client asks for them: those of a session of the
 * caller under a policy for the table's location. Who may not change the table can only read.
 */
export async function vendedFor(
  request: RestRequest,
  ctx: IcebergRestContext,
  table: { readonly metadata: TableMetadata; readonly database: string; readonly name: string },
  asked = /\bvended-credentials\b/.test(request.wire.headers[delegation] ?? ''),
): Promise<Config | undefined> {
  if (!asked) return undefined
  const input = { DatabaseName: table.database, TableInput: { Name: table.name } }
  const canWrite = await request.authorize('glue', 'UpdateTable', input).then(
    () => true,
    () => false,
  )
  const policy = tablePolicy(table.metadata, canWrite)
  const credentials = policy && (await ctx.vend(request.caller, policy))
  if (!credentials) return undefined
  return {
    's3.access-key-id': credentials.accessKeyId,
    's3.secret-access-key': credentials.secretAccessKey,
    's3.session-token': credentials.sessionToken,
    's3.session-token-expires-at-ms': String(credentials.expiresAtMs),
  }
}

const reading = ['s3:GetObject']
const writing = [
  's3:PutObject',
  's3:DeleteObject',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
]

/** Properties that put some of a table's files elsewhere. */
const pathProperties = ['write.data.path', 'write.metadata.path', 'write.object-storage.path']

/** Undefined for a table that lies elsewhere: its entry may be here, its files are not. */
function tablePolicy(metadata: TableMetadata, canWrite: boolean): string | undefined {
  const paths = pathProperties.flatMap((name) => metadata.properties[name] ?? [])
  const places = [metadata.location, ...paths].flatMap((location) => {
    if (!/^s3[an]?:\/\/[^/]/.test(location)) return []
    const { bucket, key } = parseLocation(location)
    return { bucket, folder: key === '' ? '' : `${literal(key.replace(/\/+$/, ''))}/` }
  })
  if (places.length === 0) return undefined
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: canWrite ? [...reading, ...writing] : reading,
        Resource: places.map(({ bucket, folder }) => `arn:aws:s3:::${bucket}/${folder}*`),
      },
      ...places.map(({ bucket, folder }) => ({
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: `arn:aws:s3:::${bucket}`,
        Condition: { StringLike: { 's3:prefix': `${folder}*` } },
      })),
      { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: '*' },
    ],
  })
}

/** Characters that mean something in a policy stand for themselves. */
function literal(key: string): string {
  return key.replaceAll(/[*?$]/g, (character) => `\${${character}}`)
}
