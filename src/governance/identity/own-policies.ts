import { requireEntity, type Entity } from './entities.ts'
import { IdentityErrors } from './errors.ts'
import { parsePolicy } from './policy/document.ts'
import type { Tables } from './store.ts'

const documentLengthMax = 6144

/** Undefined when the account has no such policy of its own. */
export async function findOwn(
  tables: Tables,
  accountId: string,
  arn: string,
): Promise<Entity<'policy'> | undefined> {
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  try {
    const entity = await requireEntity(tables, { accountId, kind: 'policy', name })
    return entity.arn === arn ? entity : undefined
  } catch {
    return undefined
  }
}

/** Errors: `InvalidInput` for what is no ARN, `EntityNotFound`. */
export async function requireOwn(
  tables: Tables,
  accountId: string,
  arn: string,
): Promise<Entity<'policy'>> {
  if (!/^arn:aws:iam::(?:\d{12}|aws):policy\/.+$/.test(arn)) {
    throw IdentityErrors.InvalidInput(`ARN ${arn} is not valid.`)
  }
  const entity = await findOwn(tables, accountId, arn)
  if (!entity) throw IdentityErrors.EntityNotFound(`Policy ${arn} was not found.`)
  return entity
}

/** Errors: `MalformedPolicy`, `LimitExceeded`. */
export function checkDocument(document: string): void {
  parsePolicy(document, 'identity')
  if (document.replaceAll(/\s/g, '').length > documentLengthMax) {
    throw IdentityErrors.LimitExceeded(`Cannot exceed quota for PolicySize: ${documentLengthMax}`)
  }
}

/** Error: `Unmodifiable` for a policy of AWS. */
export function refuseAws(arn: string): void {
  if (arn.startsWith('arn:aws:iam::aws:')) {
    throw IdentityErrors.Unmodifiable(
      `Cannot perform the operation on the AWS managed policy ${arn}.`,
    )
  }
}
