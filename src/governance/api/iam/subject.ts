import { getEntity, type Entity, type Principal, type Store } from '#governance/identity'
import { AwsError } from '#protocol/aws'

/** Whose access keys are meant. */
export interface KeyOwner {
  readonly accountId: string
  /** Empty for the root. */
  readonly userId: string
  /** Undefined for the root. */
  readonly userName: string | undefined
}

/** The user named, or whoever calls when none is named. Error: `EntityNotFound`. */
export async function keyOwner(
  store: Store,
  caller: Principal,
  userName: string | undefined,
): Promise<KeyOwner> {
  const { accountId } = caller
  if (userName === undefined && caller.kind === 'root') {
    return { accountId, userId: '', userName: undefined }
  }
  const user = await userOf(store, caller, userName)
  return { accountId, userId: user.id, userName: user.name }
}

export async function userOf(
  store: Store,
  caller: Principal,
  userName: string | undefined,
): Promise<Entity<'user'>> {
  const name = userName ?? (caller.kind === 'user' ? caller.arn.split('/').at(-1)! : undefined)
  if (name === undefined) {
    throw new AwsError({
      name: 'ValidationError',
      status: 400,
      message: 'Must specify userName when calling with non-User credentials',
    })
  }
  return getEntity(store, { accountId: caller.accountId, kind: 'user', name })
}
