import { attachedArns } from './attachments.ts'
import type { Credential } from './credentials.ts'
import { findEntityById, type EntityKind, type Tag } from './entities.ts'
import { containerRows } from './memberships.ts'
import { effectiveDocument } from './policy-versions.ts'
import type { PolicyLayers } from './policy/decide.ts'
import { parsePolicy, type Policy } from './policy/document.ts'
import { tablesOf, type Store } from './store.ts'

/** All that decides about a principal, beside the question. */
export interface PrincipalPolicies extends PolicyLayers {
  /** Tags of the user or role, those of the session over them. */
  readonly tags: readonly Tag[]
  /** Some condition or variable asks for the tags of the object that is there. */
  readonly asksForObjectTags: boolean
}

export const noPolicies: PrincipalPolicies = {
  identity: [],
  boundary: undefined,
  session: undefined,
  tags: [],
  asksForObjectTags: false,
}

const allowAll = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
})

/** The policies of a user (with its groups) or a role, or of root in a session that was given some, parsed. */
export async function loadPolicies(
  store: Store,
  credential: Credential,
): Promise<PrincipalPolicies> {
  const tables = tablesOf(store.database)
  const { caller, principalId, session } = credential
  const holders = [principalId]
  if (caller.kind === 'user') {
    for (const row of await containerRows(tables, principalId)) {
      if (row.kind === 'group') holders.push(row.id)
    }
  }
  // Root may do all that the policies of its session allow.
  const documents: string[] = caller.kind === 'root' ? [allowAll] : []
  for (const holder of holders) {
    const inline = await tables
      .selectFrom('identity_inline_policies')
      .select('document')
      .where('entity_id', '=', holder)
      .execute()
    documents.push(...inline.map((row) => row.document))
    for (const arn of await attachedArns(tables, holder)) {
      const document = await effectiveDocument(tables, caller.accountId, arn)
      if (document !== undefined) documents.push(document)
    }
  }
  const kind: EntityKind = caller.kind === 'role' ? 'role' : 'user'
  const entity = await findEntityById(tables, kind, principalId)
  const { boundaryArn } = (entity?.attributes ?? {}) as { boundaryArn?: string }
  let boundary: readonly string[] | undefined
  if (boundaryArn !== undefined) {
    const document = await effectiveDocument(tables, caller.accountId, boundaryArn)
    boundary = document === undefined ? [] : [document]
  }
  const sessions = session !== undefined && session.policies.length > 0 ? session.policies : []
  return {
    identity: documents.map(parse),
    boundary: boundary?.map(parse),
    session: sessions.length > 0 ? sessions.map(parse) : undefined,
    tags: [...(entity?.tags ?? []), ...(session?.tags ?? [])],
    asksForObjectTags: [...documents, ...(boundary ?? []), ...sessions].some(asksForObjectTags),
  }
}

/** Whether the text of a policy asks for tags of the object that is there: they have to be read first. */
export function asksForObjectTags(document: string): boolean {
  return /s3:ExistingObjectTag\//i.test(document)
}

function parse(document: string): Policy {
  return parsePolicy(document, 'identity')
}
