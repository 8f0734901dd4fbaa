import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { CatalogErrors } from './errors.ts'
import type { Metastore } from './metastore.ts'
import { type NamedDocument, namedDocuments } from './named-documents.ts'
import type { SecurityConfigurationRecord } from './records.ts'
import { checkName } from './rows.ts'

type SecurityConfigurations = Pick<
  Metastore,
  | 'createSecurityConfiguration'
  | 'getSecurityConfiguration'
  | 'listSecurityConfigurations'
  | 'deleteSecurityConfiguration'
>

/** How jobs and crawlers are to encrypt what they write: kept and returned. */
export function securityConfigurations(database: Database, clock: Clock): SecurityConfigurations {
  const documents = namedDocuments<unknown>(database, clock, 'security-configuration')
  const toRecord = ({
    name,
    body,
    createTimeMs,
  }: NamedDocument<unknown>): SecurityConfigurationRecord => ({
    name,
    encryption: body,
    createTimeMs,
  })
  return {
    createSecurityConfiguration: async (ref, name, encryption) => {
      checkName('Security configuration name', name)
      if (!(await documents.add(ref, name, encryption))) {
        throw CatalogErrors.AlreadyExists('Security configuration already exists.')
      }
      return toRecord((await documents.find(ref, name))!)
    },
    getSecurityConfiguration: async (ref, name) => {
      const document = await documents.find(ref, name)
      if (!document) throw notFound(name)
      return toRecord(document)
    },
    listSecurityConfigurations: async (ref, page) => {
      const { items, nextToken } = await documents.list(ref, page)
      return { items: items.map(toRecord), nextToken }
    },
    deleteSecurityConfiguration: async (ref, name) => {
      if (!(await documents.remove(ref, name))) throw notFound(name)
    },
  }
}

function notFound(name: string): Error {
  return CatalogErrors.SecurityConfigurationNotFound(
    `Security configuration ${name} does not exist.`,
    { name },
  )
}
