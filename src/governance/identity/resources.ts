import { lambdaResources } from './lambda-resources.ts'

/**
 * Which resources an operation works on, as ARNs.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export interface ResourceQuestion {
  readonly service: string
  readonly operation: string
  readonly input: unknown
  readonly accountId: string
  readonly region: string
}

type Input = Readonly<Record<string, unknown>>
type Place = ResourceQuestion
/** ARNs; `['*']` for none in particular; undefined for not known. */
type Resolver = (input: Input, place: Place) => readonly string[] | undefined

/** ARNs, `['*']` for an operation on no resource in particular, undefined when it is not known. */
export function resourcesOf(question: ResourceQuestion): readonly string[] | undefined {
  const input = isRecord(question.input) ? question.input : {}
  const resolve = Object.hasOwn(resolvers, question.service)
    ? resolvers[question.service]
    : undefined
  return resolve?.(input, question)
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html */
const kinesisOfAccount: ReadonlySet<string> = new Set([
  'DescribeAccountSettings',
  'DescribeLimits',
  'ListStreams',
  'UpdateAccountSettings',
])

const resolvers: Readonly<Record<string, Resolver>> = {
  s3: (input, { operation }) => {
    if (operation === 'ListBuckets' || operation === 'ListDirectoryBuckets') return ['*']
    const bucket = text(input, 'Bucket')
    if (bucket === undefined) return undefined
    const arn = `arn:aws:s3:::${bucket}`
    if (!isObjectOperation(operation)) return [arn]
    const key = text(input, 'Key')
    return key === undefined ? undefined : [`${arn}/${key}`]
  },
  kinesis: (input, place) => {
    if (kinesisOfAccount.has(place.operation)) return ['*']
    // https://docs.aws.amazon.com/streams/latest/dev/data-delivery-iam.html
    if (place.operation === 'ListChannels') {
      return [`arn:aws:kinesis:${place.region}:${place.accountId}:stream/*`]
    }
    if (place.operation === 'CreateChannel') return channelStreams(input)
    const own = text(input, 'ConsumerARN') ?? text(input, 'ChannelARN')
    if (own !== undefined) return [own]
    return named(input, place, ['StreamARN', 'ResourceARN'], 'StreamName', 'kinesis', 'stream/')
  },
  firehose: (input, place) =>
    place.operation === 'ListDeliveryStreams'
      ? ['*']
      : named(input, place, [], 'DeliveryStreamName', 'firehose', 'deliverystream/'),
  logs: (input, place) => {
    const arn = text(input, 'resourceArn') ?? text(input, 'logGroupIdentifier')
    if (arn?.startsWith('arn:')) return [arn]
    const group = text(input, 'logGroupName') ?? arn
    const base = `arn:aws:logs:${place.region}:${place.accountId}:log-group:`
    if (place.operation.startsWith('Describe') && group === undefined) return [`${base}*`]
    if (group === undefined) return undefined
    const stream = text(input, 'logStreamName')
    return [stream === undefined ? `${base}${group}` : `${base}${group}:log-stream:${stream}`]
  },
  athena: (input, place) => {
    if (place.operation === 'ListWorkGroups' || place.operation === 'ListEngineVersions') {
      return ['*']
    }
    const arn = text(input, 'ResourceARN')
    if (arn !== undefined) return [arn]
    const base = `arn:aws:athena:${place.region}:${place.accountId}:`
    const catalog =
      text(input, 'DataCatalog') ??
      text(input, 'CatalogName') ??
      (/DataCatalog$/.test(place.operation) ? text(input, 'Name') : undefined)
    if (catalog !== undefined) return [`${base}datacatalog/${catalog}`]
    const reservation =
      text(input, 'CapacityReservationName') ??
      (/CapacityReservation$/.test(place.operation) ? text(input, 'Name') : undefined)
    if (reservation !== undefined) return [`${base}capacity-reservation/${reservation}`]
    const isWorkGroupOperation = /WorkGroup/.test(place.operation)
    const group =
      text(input, 'WorkGroup') ?? (isWorkGroupOperation ? text(input, 'Name') : undefined)
    if (group !== undefined) return [`${base}workgroup/${group}`]
    const startsInPrimary =
      /^(?:StartQueryExecution|CreateNamedQuery|ListQueryExecutions|ListNamedQueries)$/
    return startsInPrimary.test(place.operation) ? [`${base}workgroup/primary`] : undefined
  },
  glue: glueResources,
  lambda: lambdaResources,
  kms: (input, place) => {
    if (/^(?:CreateKey|ListKeys|ListAliases|GenerateRandom)$/.test(place.operation)) return ['*']
    const base = `arn:aws:kms:${place.region}:${place.accountId}:`
    const alias = text(input, 'AliasName')
    const key = text(input, 'KeyId') ?? text(input, 'TargetKeyId')
    const arns: string[] = []
    if (alias !== undefined) arns.push(`${base}${alias}`)
    if (key !== undefined) {
      if (key.startsWith('arn:')) arns.push(key)
      // Policies name keys by their id: which key an alias means is not known here.
      else if (key.startsWith('alias/')) return undefined
      else arns.push(`${base}key/${key}`)
    }
    return arns.length > 0 ? arns : undefined
  },
  iam: iamResources,
  sts: (input, { operation }) => {
    if (operation === 'AssumeRole') {
      const role = text(input, 'RoleArn')
      return role === undefined ? undefined : [role]
    }
    return ['*']
  },
}

/** The streams that a new channel reads. */
function channelStreams(input: Input): readonly string[] | undefined {
  const list = input['StreamConfigurationList']
  if (!Array.isArray(list)) return undefined
  const arns = list.map((each) => (isRecord(each) ? text(each, 'StreamARN') : undefined))
  return arns.length > 0 && arns.every((arn) => arn !== undefined) ? arns : undefined
}

function isObjectOperation(operation: string): boolean {
  return (
    /Object(?!s|Versions|LockConfiguration)/.test(operation) ||
    /^(?:UploadPart|CreateMultipartUpload|CompleteMultipartUpload|AbortMultipartUpload|ListParts)/.test(
      operation,
    )
  )
}

/** Catalog, database and table: AWS asks for each of them. */
function glueResources(input: Input, place: Place): readonly string[] | undefined {
  const base = `arn:aws:glue:${place.region}:${text(input, 'CatalogId') ?? place.accountId}:`
  const arn = text(input, 'ResourceArn')
  if (arn !== undefined) return [arn]
  const { operation } = place
  const registered = registryResources(input, base)
  if (registered) return registered
  if (/^GetCatalogs?$/.test(operation)) return [`${base}catalog`]
  if (/Crawlers?$/.test(operation)) {
    const crawler = text(input, 'Name') ?? text(input, 'CrawlerName')
    return crawler === undefined ? ['*'] : [`${base}crawler/${crawler}`]
  }
  const tableInput = isRecord(input['TableInput']) ? input['TableInput'] : {}
  const databaseInput = isRecord(input['DatabaseInput']) ? input['DatabaseInput'] : {}
  const isDatabaseOperation = /Databases?$/.test(operation)
  const isTableOperation = /Tables?(?:Metadata)?$/.test(operation)
  const database =
    text(input, 'DatabaseName') ??
    (isDatabaseOperation ? (text(input, 'Name') ?? text(databaseInput, 'Name')) : undefined)
  if (database === undefined)
    return operation === 'GetDatabases' ? [`${base}catalog`, `${base}database/*`] : undefined
  const arns = [`${base}catalog`, `${base}database/${database}`]
  const table =
    text(input, 'TableName') ??
    (isTableOperation ? (text(input, 'Name') ?? text(tableInput, 'Name')) : undefined)
  if (table !== undefined) arns.push(`${base}table/${database}/${table}`)
  else if (operation === 'GetTables' || operation === 'BatchDeleteTable') {
    arns.push(`${base}table/${database}/*`)
  }
  return arns
}

/** Registries of schemas and schemas: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsglue.html */
function registryResources(input: Input, base: string): readonly string[] | undefined {
  const registry = isRecord(input['RegistryId']) ? input['RegistryId'] : {}
  const schema = isRecord(input['SchemaId']) ? input['SchemaId'] : {}
  const arn = text(schema, 'SchemaArn') ?? text(registry, 'RegistryArn')
  if (arn !== undefined) {
    const within = /:schema\/([^/]+)\//.exec(arn)?.[1]
    return within === undefined ? [arn] : [`${base}registry/${within}`, arn]
  }
  const name = text(schema, 'SchemaName') ?? text(input, 'SchemaName')
  const named = text(registry, 'RegistryName') ?? text(input, 'RegistryName')
  const within = named ?? text(schema, 'RegistryName') ?? 'default-registry'
  if (name !== undefined) return [`${base}registry/${within}`, `${base}schema/${within}/${name}`]
  return named === undefined ? undefined : [`${base}registry/${named}`]
}

/** Paths are not part of an input that names an entity: the ARN without a path is what can be known here. */
function iamResources(
  input: Input,
  { accountId, operation }: Place,
): readonly string[] | undefined {
  const base = `arn:aws:iam::${accountId}:`
  const policyArn = text(input, 'PolicyArn')
  if (policyArn !== undefined && !/^(?:Attach|Detach)/.test(operation)) return [policyArn]
  const path = text(input, 'Path') ?? '/'
  const kinds = [
    ['InstanceProfileName', 'instance-profile'],
    ['GroupName', 'group'],
    ['UserName', 'user'],
    ['RoleName', 'role'],
  ] as const
  for (const [member, kind] of kinds) {
    const name = text(input, member)
    if (name !== undefined) return [`${base}${kind}${path}${name}`]
  }
  if (operation === 'CreatePolicy')
    return [`${base}policy${path}${text(input, 'PolicyName') ?? ''}`]
  if (/^List|^GetAccount/.test(operation)) return ['*']
  return undefined
}

/** A resource named by its ARN, or by its name in this region. */
function named(
  input: Input,
  { region, accountId }: Place,
  arnMembers: readonly string[],
  nameMember: string,
  service: string,
  prefix: string,
): readonly string[] | undefined {
  for (const member of arnMembers) {
    const arn = text(input, member)
    if (arn !== undefined) return [arn]
  }
  const name = text(input, nameMember)
  return name === undefined
    ? undefined
    : [`arn:aws:${service}:${region}:${accountId}:${prefix}${name}`]
}

function text(input: Input, member: string): string | undefined {
  const value = input[member]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
