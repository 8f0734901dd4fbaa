import type { CatalogRef, DatabaseRef, TableRef } from '#catalog/metastore'
import { AwsError, type Call } from '#protocol/aws'

type Caller = Pick<Call, 'accountId' | 'region'>

/** The caller's own catalog. Another account's cannot be named. */
export function catalogRef(input: { readonly CatalogId?: string }, call: Caller): CatalogRef {
  if (input.CatalogId !== undefined && input.CatalogId !== call.accountId) {
    throw new AwsError({
      name: 'AccessDeniedException',
      status: 400,
      message: `User is not authorized to access catalog ${input.CatalogId}`,
    })
  }
  return { accountId: call.accountId, region: call.region }
}

export function databaseRef(
  input: { readonly CatalogId?: string; readonly DatabaseName?: string },
  call: Caller,
): DatabaseRef {
  return { ...catalogRef(input, call), database: required(input.DatabaseName, 'databaseName') }
}

export function tableRef(
  input: {
    readonly CatalogId?: string
    readonly DatabaseName?: string
    readonly TableName?: string
  },
  call: Caller,
): TableRef {
  return { ...databaseRef(input, call), table: required(input.TableName, 'tableName') }
}

/** For members that the model leaves optional and the operation needs. */
export function required<T>(value: T | undefined, member: string): T {
  if (value !== undefined) return value
  throw new AwsError({ name: 'InvalidInputException', message: `${member} is required.` })
}

/** A list request's page; AWS's default size is the largest. */
export function pageInput(
  input: { readonly MaxResults?: number; readonly NextToken?: string },
  limitMax = 100,
): { readonly limit: number; readonly nextToken?: string } {
  return {
    limit: Math.min(input.MaxResults ?? limitMax, limitMax),
    nextToken: input.NextToken === '' ? undefined : input.NextToken,
  }
}
