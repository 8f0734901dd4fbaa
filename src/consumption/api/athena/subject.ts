import {
  type Execution,
  guardedCatalog,
  isDefaultCatalog,
  contentKeyContext,
  keyContext,
  keyUse,
  type QueryCatalog,
  type QueryRights,
  type QueryScope,
  type Queries,
  QueryErrors,
  primaryWorkGroup,
} from '#consumption/queries'
import { type ConditionKeys, keyConditions } from '#governance/keys'
import { AwsError, type Call } from '#protocol/aws'
import type { AthenaContext } from './context.ts'

export function scopeOf({ accountId, region }: Call): QueryScope {
  return { accountId, region }
}

/** What the caller may do beside this call, as his policies are now. */
export function rightsOf({ caller, permits }: Call): QueryRights {
  return {
    caller: caller.arn,
    permits: (action, resource, keys) => permits(action, resource, undefined, keys),
  }
}

/** The catalog as Glue would let the caller have it. */
export function catalogOf(ctx: Call & AthenaContext): QueryCatalog {
  return guardedCatalog(ctx.metastore, rightsOf(ctx))
}

/**
 * Who asks for rows must be allowed to read the object that has them, or to use the KMS key of those that the service keeps.
 * https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html. Error: `AccessDeniedException`.
 */
export async function requireResult(ctx: Call, execution: Execution): Promise<void> {
  const { result, managed } = execution
  const use = keyUse(execution, managed?.file?.keyArn)
  if (use)
    return requirePermission(
      ctx,
      'kms:Decrypt',
      use.keyArn,
      keyConditions('athena', use.keyArn, keyContext(use)),
    )
  const [, path] = /^s3:\/\/(.+)$/s.exec(result.outputLocation ?? '') ?? []
  if (path === undefined) return
  await requirePermission(ctx, 's3:GetObject', `arn:aws:s3:::${path}`)
  const { envelope } = result
  if (!envelope) return
  const conditions = keyConditions('athena', envelope.keyArn, contentKeyContext)
  await requirePermission(ctx, 'kms:Decrypt', envelope.keyArn, conditions)
}

async function requirePermission(
  ctx: Call,
  action: string,
  resource: string,
  keys?: ConditionKeys,
): Promise<void> {
  if (await ctx.permits(action, resource, undefined, keys)) return
  throw new AwsError({
    name: 'AccessDeniedException',
    status: 400,
    message: `User: ${ctx.caller.arn} is not authorized to perform: ${action} on resource: ${resource}`,
  })
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
