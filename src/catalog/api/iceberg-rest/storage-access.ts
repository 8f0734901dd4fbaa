import { addedLocations, parseLocation, type TableMetadata } from '#catalog/tables'
import type { RestRequest } from '#protocol/iceberg-rest'
import type { IcebergRestContext, VendedCredentials } from './context.ts'

type Config = Readonly<Record<string, string>>

/** How clients reach our own S3: https://iceberg.apache.org/docs/latest/aws/#s3-fileio */
export function storageConfig(request: Pick<RestRequest, 'origin' | 'region'>): Config {
  return {
    's3.endpoint': request.origin,
    's3.path-style-access': 'true',
    's3.region': request.region,
    'client.region': request.region,
  }
}

/**
 * The same for the files of a table: S3 answers in the region of the bucket alone, whichever region the catalog was asked in.
 */
export async function tableStorageConfig(
  request: RestRequest,
  ctx: IcebergRestContext,
  { metadata }: { readonly metadata: TableMetadata },
): Promise<Config> {
  const [place] = placeOf(metadata.location)
  const region = place && (await ctx.regionOf(place.bucket))
  return storageConfig(region === undefined ? request : { origin: request.origin, region })
}

const delegation = 'x-iceberg-access-delegation'

/**
 * Where the client has its requests to S3 signed, when it asks for that and not for credentials. Both spellings are in use:
 * https://iceberg.apache.org/docs/latest/aws/#s3-fileio
 */
export function signerConfig(
  request: RestRequest,
  table: { readonly database: string; readonly name: string },
): Config {
  const asked = request.wire.headers[delegation] ?? ''
  if (!/\bremote-signing\b/.test(asked) || /\bvended-credentials\b/.test(asked)) return {}
  const { prefix } = request.params
  const path = [
    'v1',
    ...(prefix === undefined ? [] : prefix.split('/').map(encodeURIComponent)),
    'namespaces',
    encodeURIComponent(table.database),
    'tables',
    encodeURIComponent(table.name),
    'sign',
    's3',
  ].join('/')
  return {
    's3.remote-signing-enabled': 'true',
    's3.signer': 'S3V4RestSigner',
    's3.signer.uri': `${request.origin}/iceberg`,
    's3.signer.endpoint': path,
    'signer.uri': `${request.origin}/iceberg`,
    'signer.endpoint': path,
  }
}

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
  const credentials = await credentialsFor(request, ctx, table)
  if (!credentials) return undefined
  return {
    's3.access-key-id': credentials.accessKeyId,
    's3.secret-access-key': credentials.secretAccessKey,
    's3.session-token': credentials.sessionToken,
    's3.session-token-expires-at-ms': String(credentials.expiresAtMs),
  }
}

/** A session of the caller that reaches the table's files alone; undefined when his own cannot be narrowed. */
export async function credentialsFor(
  request: RestRequest,
  ctx: IcebergRestContext,
  table: { readonly metadata: TableMetadata; readonly database: string; readonly name: string },
): Promise<VendedCredentials | undefined> {
  const input = { DatabaseName: table.database, TableInput: { Name: table.name } }
  const canWrite = await request.authorize('glue', 'UpdateTable', input).then(
    () => true,
    () => false,
  )
  const policy = tablePolicy(table.metadata, canWrite)
  return policy === undefined ? undefined : ctx.vend(request.caller, policy)
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
  const own = [metadata.location, ...paths].flatMap(placeOf)
  if (own.length === 0) return undefined
  const added = addedLocations(metadata.properties).flatMap(placeOf)
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: canWrite ? [...reading, ...writing] : reading,
        Resource: own.map(objectsOf),
      },
      ...(added.length === 0
        ? []
        : [{ Effect: 'Allow', Action: reading, Resource: added.map(objectsOf) }]),
      ...[...own, ...added].map(({ bucket, folder }) => ({
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: `arn:aws:s3:::${bucket}`,
        Condition: { StringLike: { 's3:prefix': `${folder}*` } },
      })),
      { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: '*' },
    ],
  })
}

interface Place {
  readonly bucket: string
  /** With a slash at its end, as a policy has it. */
  readonly folder: string
}

function placeOf(location: string): readonly Place[] {
  if (!/^s3[an]?:\/\/[^/]/.test(location)) return []
  const { bucket, key } = parseLocation(location)
  return [{ bucket, folder: key === '' ? '' : `${literal(key.replace(/\/+$/, ''))}/` }]
}

function objectsOf({ bucket, folder }: Place): string {
  return `arn:aws:s3:::${bucket}/${folder}*`
}

/** Characters that mean something in a policy stand for themselves. */
function literal(key: string): string {
  return key.replaceAll(/[*?$]/g, (character) => `\${${character}}`)
}
