import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { CatalogErrors } from './errors.ts'
import type { Metastore } from './metastore.ts'
import { type NamedDocument, namedDocuments } from './named-documents.ts'
import type { CatalogRef, ConnectionInput, ConnectionRecord } from './records.ts'
import { checkName } from './rows.ts'

type Connections = Pick<
  Metastore,
  'createConnection' | 'getConnection' | 'listConnections' | 'updateConnection' | 'deleteConnection'
>

/** Keeps secrets unreadable at rest; `context` names what is sealed. */
export interface SecretSealer {
  seal(plain: Uint8Array, context: string): Buffer
  unseal(sealed: Uint8Array, context: string): Buffer
}

interface Body extends Omit<ConnectionInput, 'name' | 'secrets'> {
  /** Base64 of the sealed secrets. */
  readonly sealed?: string
}

/** Where other stores are and how to get in. What is secret is sealed before it is stored. */
export function connections(database: Database, clock: Clock, sealer: SecretSealer): Connections {
  const documents = namedDocuments<Body>(database, clock, 'connection')
  const contextOf = (ref: CatalogRef, name: string) =>
    `catalog-connection/${ref.accountId}/${ref.region}/${name}`
  const toBody = (ref: CatalogRef, { name, secrets, ...rest }: ConnectionInput): Body => {
    if (!secrets || Object.keys(secrets).length === 0) return rest
    const plain = Buffer.from(JSON.stringify(secrets))
    return { ...rest, sealed: sealer.seal(plain, contextOf(ref, name)).toString('base64') }
  }
  const toRecord = (
    ref: CatalogRef,
    document: NamedDocument<Body>,
    withSecrets: boolean,
  ): ConnectionRecord => {
    const { sealed, ...rest } = document.body
    const { name, createTimeMs, updateTimeMs } = document
    const common = { ...rest, name, createTimeMs, updateTimeMs }
    if (!sealed || !withSecrets) return common
    const plain = sealer.unseal(Buffer.from(sealed, 'base64'), contextOf(ref, name))
    return {
      ...common,
      secrets: JSON.parse(plain.toString()) as ConnectionRecord['secrets'],
    }
  }
  return {
    createConnection: async (ref, input) => {
      checkName('Connection name', input.name)
      if (await documents.add(ref, input.name, toBody(ref, input))) return
      throw CatalogErrors.AlreadyExists('Connection already exists.')
    },
    getConnection: async (ref, name, options = {}) => {
      const document = await documents.find(ref, name)
      if (!document) throw notFound(name)
      return toRecord(ref, document, options.withSecrets === true)
    },
    listConnections: async (ref, page) => {
      const { matches = () => true, withSecrets = false } = page
      const items: ConnectionRecord[] = []
      let { nextToken } = page
      do {
        const found = await documents.list(ref, { limit: page.limit - items.length, nextToken })
        const records = found.items.map((document) => toRecord(ref, document, withSecrets))
        items.push(...records.filter(matches))
        nextToken = found.nextToken
      } while (nextToken !== undefined && items.length < page.limit)
      return { items, nextToken }
    },
    updateConnection: async (ref, name, input) => {
      if (input.name !== name) {
        throw CatalogErrors.InvalidInput('The name of a connection cannot be changed.')
      }
      if (!(await documents.change(ref, name, () => toBody(ref, input)))) throw notFound(name)
    },
    deleteConnection: async (ref, name) => {
      if (!(await documents.remove(ref, name))) throw notFound(name)
    },
  }
}

function notFound(name: string): Error {
  return CatalogErrors.ConnectionNotFound(`Connection ${name} not found.`, { name })
}
