import type { Call } from '#protocol/aws'
import type { S3Context } from '../context.ts'
import { invalidArgument, malformedXml, s3Error } from '../errors.ts'
import { bucketOf } from '../refs.ts'
import { fromJson, toJson } from '../settings-json.ts'

/** Sub-resources that a bucket may have many of, each with an id. */
export interface ConfigurationSpec<T> {
  readonly name: string
  readonly max: number
  readonly check?: (value: T) => void
}

interface ConfigurationInput {
  readonly Bucket: string | undefined
  readonly Id: string | undefined
  readonly ExpectedBucketOwner?: string | undefined
}

const pageSize = 100

export async function getConfiguration<T>(
  ctx: Call & S3Context,
  input: ConfigurationInput,
  spec: ConfigurationSpec<T>,
): Promise<T> {
  const text = await ctx.objects.settings.get({
    ...bucketOf(input, ctx),
    name: spec.name,
    id: input.Id!,
  })
  if (text === undefined) throw missing()
  return fromJson<T>(text)
}

export async function putConfiguration<T extends { readonly Id: string | undefined }>(
  ctx: Call & S3Context,
  input: ConfigurationInput,
  spec: ConfigurationSpec<T>,
  value: T | undefined,
): Promise<void> {
  if (value === undefined) throw malformedXml()
  const id = input.Id ?? ''
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(id) || value.Id !== id) {
    throw invalidArgument('The specified configuration id is invalid.', 'id', id)
  }
  spec.check?.(value)
  await ctx.objects.settings.put(
    { ...bucketOf(input, ctx), name: spec.name, id },
    toJson(value),
    spec.max,
  )
}

export async function deleteConfiguration(
  ctx: Call & S3Context,
  input: ConfigurationInput,
  spec: { readonly name: string },
): Promise<void> {
  const ref = { ...bucketOf(input, ctx), name: spec.name, id: input.Id! }
  if (!(await ctx.objects.settings.delete(ref))) throw missing()
}

export async function listConfigurations<T>(
  ctx: Call & S3Context,
  input: {
    readonly Bucket: string | undefined
    readonly ContinuationToken?: string | undefined
    readonly ExpectedBucketOwner?: string | undefined
  },
  spec: ConfigurationSpec<T>,
): Promise<{
  readonly items: T[] | undefined
  readonly page: {
    readonly IsTruncated: boolean
    readonly ContinuationToken?: string | undefined
    readonly NextContinuationToken?: string | undefined
  }
}> {
  const token = input.ContinuationToken
  const after = token === undefined ? undefined : Buffer.from(token, 'base64url').toString()
  const rows = await ctx.objects.settings.list(
    { ...bucketOf(input, ctx), name: spec.name },
    { limit: pageSize + 1, ...(after === undefined ? {} : { after }) },
  )
  const shown = rows.slice(0, pageSize)
  const truncated = rows.length > pageSize
  return {
    items: shown.length > 0 ? shown.map((row) => fromJson<T>(row.value)) : undefined,
    page: {
      IsTruncated: truncated,
      ContinuationToken: token,
      NextContinuationToken: truncated
        ? Buffer.from(shown.at(-1)!.id).toString('base64url')
        : undefined,
    },
  }
}

function missing(): Error {
  return s3Error('NoSuchConfiguration', 404, 'The specified configuration does not exist.')
}
