import type { AccessRequest } from '#governance/identity'
import type { EncryptionContext, Key } from '#governance/keys'
import { AwsError, type Call } from '#protocol/aws'
import type { KmsContext } from './context.ts'

type Context = Call & KmsContext

/** The key that a call names, when its policy lets the caller do this. Errors: `KeyNotFound`, `AccessDeniedException`. */
export async function keyOf(
  ctx: Context,
  name: string,
  operation: string,
  context?: EncryptionContext,
): Promise<Key> {
  const key = await ctx.keys.resolve(ctx, name)
  await requireAllowed(ctx, key, operation, context)
  return key
}

/** The key's own policy. Error: `AccessDeniedException`. */
export async function requireAllowed(
  ctx: Context,
  key: Key,
  operation: string,
  context?: EncryptionContext,
): Promise<void> {
  const action = `kms:${operation}`
  const request = accessRequest(ctx, operation, context)
  const allowed = await ctx.identity.resourcePolicyAllows(request, key.policy)
  if (allowed) return
  throw new AwsError({
    name: 'AccessDeniedException',
    status: 400,
    message: `User: ${ctx.caller.arn} is not authorized to perform: ${action} on resource: ${key.arn} because no resource-based policy allows the ${action} action`,
  })
}

export function accessRequest(
  ctx: Context,
  operation: string,
  context: EncryptionContext = {},
): AccessRequest {
  return {
    caller: ctx.caller,
    action: `kms:${operation}`,
    service: 'kms',
    operation,
    input: { EncryptionContext: context },
    accountId: ctx.accountId,
    region: ctx.region,
    request: ctx.request,
  }
}

/** Keys that AWS manages are not changed by their users. */
export function requireCustomerManaged(key: Key): void {
  if (key.manager === 'CUSTOMER') return
  throw new AwsError({
    name: 'AccessDeniedException',
    status: 400,
    message: `The key ${key.arn} is managed by AWS and cannot be changed.`,
  })
}
