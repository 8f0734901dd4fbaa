import {
  type QueryScope,
  type Queries,
  QueryErrors,
  type WorkGroup,
  primaryWorkGroup,
} from '#consumption/queries'
import { AwsError, type Call } from '#protocol/aws'

export function scopeOf({ accountId, region }: Call): QueryScope {
  return { accountId, region }
}

export function workGroupOf(name: string | undefined): string {
  return name ?? primaryWorkGroup
}

/** The one catalog there is; a MetadataException for any other name. */
export function checkCatalog(name: string | undefined): void {
  if (name === undefined || name.toLowerCase() === 'awsdatacatalog') return
  throw new AwsError({
    name: 'InvalidRequestException',
    message: `DataCatalog ${name} was not found`,
    fields: { AthenaErrorCode: 'INVALID_INPUT' },
  })
}

/** The workgroup that an ARN names. */
export async function workGroupOfArn(
  ctx: Call & { readonly queries: Queries },
  arn: string,
): Promise<WorkGroup> {
  const found = /^arn:aws[a-z-]*:athena:([^:]*):(\d{12}):workgroup\/(.+)$/.exec(arn)
  if (!found || found[1] !== ctx.region || found[2] !== ctx.accountId) {
    throw new AwsError({
      name: 'ResourceNotFoundException',
      message: `Resource ${arn} was not found`,
      fields: { ResourceName: arn },
    })
  }
  return ctx.queries.workGroups.get(scopeOf(ctx), found[3]!)
}

export function executionNotFound(id: string) {
  return QueryErrors.QueryResourceNotFound(`QueryExecution ${id} was not found`, { execution: id })
}
