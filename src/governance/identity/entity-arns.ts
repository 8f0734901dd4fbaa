import type { AccessRequest } from './access.ts'
import { requireEntity, type EntityKind } from './entities.ts'
import { tablesOf, type Store } from './store.ts'

const pathless = /^arn:aws:iam::(\d{12}):(user|group|role|instance-profile)\/([^/]+)$/
/** Operations that mean the caller himself when they name no user. */
const onOneself =
  /^(?:GetUser|\w*AccessKeys?|ListMFADevices|ListSSHPublicKeys|ListSigningCertificates|\w*LoginProfile)$/

/**
 * ARNs of IAM entities with their paths, which the input of an operation does not hold; the caller's own where the operation
 * names nobody.
 */
export async function entityArns(
  store: Store,
  request: AccessRequest,
  resources: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  if (!resources) {
    return request.caller.kind === 'user' && onOneself.test(request.operation)
      ? [request.caller.arn]
      : undefined
  }
  if (request.operation.startsWith('Create')) return resources
  return Promise.all(
    resources.map(async (arn) => {
      const [, accountId, kind, name] = pathless.exec(arn) ?? []
      if (!accountId || !kind || !name) return arn
      const ref = { accountId, kind: kind as EntityKind, name }
      return requireEntity(tablesOf(store.database), ref).then(
        (entity) => entity.arn,
        () => arn,
      )
    }),
  )
}
