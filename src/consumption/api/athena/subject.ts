import {
  isDefaultCatalog,
  type QueryScope,
  type Queries,
  QueryErrors,
  primaryWorkGroup,
} from '#consumption/queries'
import { AwsError, type Call } from '#protocol/aws'

export function scopeOf({ accountId, region }: Call): QueryScope {
  return { accountId, region }
}

export function workGroupOf(name: string | undefined): string {
  return name ?? primaryWorkGroup
}

/** Refuses the name of a catalog that is not there. */
export async function checkCatalog(
  ctx: Call & { readonly queries: Queries },
  name: string | undefined,
): Promise<void> {
  if (name === undefined || isDefaultCatalog(name)) return
  await ctx.queries.catalogs.get(scopeOf(ctx), name)
}

/** Refuses an ARN unless it names a workgroup, a capacity reservation or a data catalog that is there: what may have tags. */
export async function checkTaggable(
  ctx: Call & { readonly queries: Queries },
  arn: string,
): Promise<void> {
  const pattern =
    /^arn:aws[a-z-]*:athena:([^:]*):(\d{12}):(workgroup|capacity-reservation|datacatalog)\/(.+)$/
  const [, region, accountId, kind, name] = pattern.exec(arn) ?? []
  if (name === undefined || region !== ctx.region || accountId !== ctx.accountId) {
    throw new AwsError({
      name: 'ResourceNotFoundException',
      message: `Resource ${arn} was not found`,
      fields: { ResourceName: arn },
    })
  }
  const { workGroups, capacity, catalogs } = ctx.queries
  if (kind === 'workgroup') await workGroups.get(scopeOf(ctx), name)
  else if (kind === 'datacatalog') await catalogs.get(scopeOf(ctx), name)
  else await capacity.get(scopeOf(ctx), name)
}

export function executionNotFound(id: string) {
  return QueryErrors.QueryResourceNotFound(`QueryExecution ${id} was not found`, { execution: id })
}
