import type { UserDefinedFunction, UserDefinedFunctionInput } from '@aws-sdk/client-glue'
import type { CatalogRef, FunctionInput, FunctionRecord } from '#catalog/metastore'
import { required } from '../refs.ts'
import { compact, extras } from './compact.ts'
import { toDate } from './times.ts'

export function fromFunctionInput(
  input: UserDefinedFunctionInput,
  defaultName?: string,
): FunctionInput {
  const { ArtifactLocation, GovernanceMode } = input
  return compact({
    name: required(input.FunctionName ?? defaultName, 'functionName'),
    className: input.ClassName,
    ownerName: input.OwnerName,
    ownerType: input.OwnerType,
    functionType: input.FunctionType,
    resourceUris: input.ResourceUris?.map((one) => ({
      resourceType: one.ResourceType,
      uri: one.Uri,
    })),
    extra: extras({ ArtifactLocation, GovernanceMode }),
  })
}

export function toFunction(record: FunctionRecord, ref: CatalogRef): UserDefinedFunction {
  return compact({
    FunctionName: record.name,
    DatabaseName: record.database,
    ClassName: record.className,
    OwnerName: record.ownerName,
    OwnerType: record.ownerType as UserDefinedFunction['OwnerType'],
    FunctionType: record.functionType as UserDefinedFunction['FunctionType'],
    CreateTime: toDate(record.createTimeMs),
    ResourceUris: record.resourceUris?.map((one) => ({
      ResourceType: one.resourceType,
      Uri: one.uri,
    })) as UserDefinedFunction['ResourceUris'],
    CatalogId: ref.accountId,
    ...record.extra,
  })
}
