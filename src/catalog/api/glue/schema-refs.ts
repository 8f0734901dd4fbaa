import type { RegistryId, SchemaId, SchemaVersionNumber } from '@aws-sdk/client-glue'
import type { CatalogRef } from '#catalog/metastore'
import {
  defaultRegistry,
  type DataFormat,
  type SchemaRef,
  type SchemaRegistry,
  type VersionChoice,
  type VersionRecord,
} from '#catalog/schemas'
import { AwsError, type Call } from '#protocol/aws'

type Caller = Pick<Call, 'accountId' | 'region'>

/** The registry that is named; the default one when none is. Errors: `InvalidInputException`. */
export function registryName(id: RegistryId | undefined, call: Caller): string {
  if (id?.RegistryArn === undefined) return checkName(id?.RegistryName ?? defaultRegistry)
  return checkName(pathOf(id.RegistryArn, 'registry', call)[0])
}

export function schemaRef(id: SchemaId | undefined, call: Caller): SchemaRef {
  const ref: CatalogRef = { accountId: call.accountId, region: call.region }
  if (id?.SchemaArn !== undefined) {
    const [registry, schema] = pathOf(id.SchemaArn, 'schema', call)
    return { ...ref, registry: checkName(registry), schema: checkName(schema) }
  }
  if (id?.SchemaName === undefined) throw invalid('SchemaName or SchemaArn is required.')
  const registry = id.RegistryName ?? defaultRegistry
  return { ...ref, registry: checkName(registry), schema: checkName(id.SchemaName) }
}

/** Of letters, digits and `-_$#.`, as the API says. */
export function checkName(name: string | undefined): string {
  if (name !== undefined && /^[\w$#.-]{1,255}$/.test(name)) return name
  throw invalid(`${name ?? ''} is not a valid name.`)
}

export function versionChoice(number: SchemaVersionNumber | undefined): VersionChoice | undefined {
  if (number?.LatestVersion === true) return 'latest'
  return number?.VersionNumber
}

/** The version that its id names, or its schema and number. */
export async function chosenVersion(
  input: {
    readonly SchemaId?: SchemaId
    readonly SchemaVersionId?: string
    readonly SchemaVersionNumber?: SchemaVersionNumber
  },
  ctx: Caller & { readonly schemas: SchemaRegistry },
): Promise<VersionRecord> {
  const { accountId, region } = ctx
  if (input.SchemaVersionId !== undefined) {
    return ctx.schemas.getVersionById({ accountId, region }, input.SchemaVersionId)
  }
  const choice = versionChoice(input.SchemaVersionNumber)
  if (choice === undefined) throw invalid('SchemaVersionId or SchemaVersionNumber is required.')
  return ctx.schemas.getVersion(schemaRef(input.SchemaId, ctx), choice)
}

export function dataFormat(format: string | undefined): DataFormat {
  if (format === 'AVRO' || format === 'JSON' || format === 'PROTOBUF') return format
  throw invalid(`DataFormat ${format ?? ''} is not one of AVRO, JSON and PROTOBUF.`)
}

function pathOf(arn: string, type: string, call: Caller): readonly string[] {
  const match = /^arn:aws[\w-]*:glue:([\w-]*):(\d*):([a-z]+)\/(.+)$/.exec(arn)
  if (!match || match[3] !== type) throw invalid(`${arn} is not the ARN of a ${type}.`)
  if (match[1] === call.region && match[2] === call.accountId) return match[4]!.split('/')
  throw new AwsError({ name: 'EntityNotFoundException', message: `${arn} is not found.` })
}

export function invalid(message: string): Error {
  return new AwsError({ name: 'InvalidInputException', message })
}
