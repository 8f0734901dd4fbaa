import type { ServiceSession } from '#governance/api/access'
import { type Keys, keyConditions } from '#governance/keys'
import { isLakeError } from '#kit'

/** What a key is used for, as its policy sees it. */
interface KeyUse {
  readonly service: string
  readonly context: Readonly<Record<string, string>>
}

/** What a role may; a key that is not there may not be used, one that AWS manages serves everybody. */
export function permitsOf(
  keys: Keys,
  role: { readonly accountId: string; readonly region: string },
  session: Pick<ServiceSession, 'permits'>,
) {
  return async (action: string, resource: string, use?: KeyUse): Promise<boolean> => {
    if (!use) return session.permits(action, resource)
    try {
      const { arn, manager } = await keys.resolve(role, resource)
      if (manager === 'AWS') return true
      return await session.permits(action, arn, keyConditions(use.service, arn, use.context))
    } catch (error) {
      if (isLakeError(error) && error.kind === 'notFound') return false
      throw error
    }
  }
}
