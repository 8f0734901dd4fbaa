import { type QueryScope, type Queries, QueryErrors, primaryWorkGroup } from '#consumption/queries'
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

/** Refuses an ARN unless it names a workgroup or a capacity reservation that is there: what may have tags. */
export async function checkTaggable(
  ctx: Call & { readonly queries: Queries },
  arn: string,
): Promise<void> {
  const pattern = /^arn:aws[a-z-]*:athena:([^:]*):(\d{12}):(workgroup|capacity-reservation)\/(.+)$/
  const [, region, accountId, kind, name] = pattern.exec(arn) ?? []
  if (name === undefined || region !== ctx.region || accountId !== ctx.accountId) {
    throw new AwsError({
      name: 'ResourceNotFoundException',
      message: `Resource ${arn} was not found`,
      fields: { ResourceName: arn },
    })
  }
  const holder = kind === 'workgroup' ? ctx.queries.workGroups : ctx.queries.capacity
  await holder.get(scopeOf(ctx), name)
}

export function executionNotFound(id: string) {
  return QueryErrors.QueryResourceNotFound(`QueryExecution ${id} was not found`, { execution: id })
}
