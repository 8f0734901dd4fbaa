import { readFilters } from './event-filter.ts'
import { mappingArn, type Mapping, type MappingSettings } from './mapping.ts'

/** What is authenticated with filters, and what a key's policy may ask of. */
export interface FilterOwner {
  readonly functionArn: string
  readonly sourceArn: string
}

/** KMS, as filters need it; a key is named by its ARN. Errors of all: `KmsKeyNotFound`, `KmsKeyDisabled`, `KmsKeyStateWrong`. */
export interface FilterKeys {
  seal(keyArn: string, plain: Uint8Array, owner: FilterOwner): Promise<Uint8Array>
  unseal(keyArn: string, sealed: Uint8Array, owner: FilterOwner): Promise<Uint8Array>
  /** Resolves when the key is there and may be used. */
  requireUsable(keyArn: string): Promise<void>
  /** Resolves when the key's policy lets Lambda open the filters of a mapping. Error: `KmsKeyDenied`. */
  requireService(keyArn: string, mappingArn: string, owner: FilterOwner): Promise<void>
}

/** The members of the settings that say how filters are kept. */
export type KeptFilters = Pick<MappingSettings, 'filters' | 'sealedFilters' | 'kmsKeyArn'>

/**
 * Filters of mappings: with a KMS key they lie under it in the database.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filter-criteria-encryption
 */
export interface MappingFilters {
  /** For settings. Error: `InvalidFunctionParameter`, and those of `FilterKeys`. */
  seal(
    patterns: readonly string[],
    keyArn: string | undefined,
    owner: FilterOwner,
  ): Promise<KeptFilters>
  /** The patterns, for who may see them. Errors: those of `FilterKeys`. */
  open(kept: KeptFilters, sourceArn: string): Promise<readonly string[]>
  /** The patterns, for the work of the mapping itself. Errors: those of `FilterKeys`. */
  openFor(mapping: Mapping): Promise<readonly string[]>
  readonly requireUsable: FilterKeys['requireUsable']
}

const none: readonly string[] = []

export function mappingFilters(keys: FilterKeys): MappingFilters {
  const open: MappingFilters['open'] = async ({ filters, sealedFilters, kmsKeyArn }, sourceArn) => {
    if (sealedFilters === undefined || kmsKeyArn === undefined) return filters ?? none
    const { ciphertext, functionArn } = sealedFilters
    const owner = { functionArn, sourceArn }
    const plain = await keys.unseal(kmsKeyArn, Buffer.from(ciphertext, 'base64'), owner)
    return JSON.parse(Buffer.from(plain).toString()) as readonly string[]
  }
  return {
    seal: async (patterns, kmsKeyArn, owner) => {
      readFilters(patterns)
      if (kmsKeyArn === undefined || patterns.length === 0) {
        return { filters: patterns, sealedFilters: undefined, kmsKeyArn }
      }
      const plain = Buffer.from(JSON.stringify(patterns))
      const sealed = await keys.seal(kmsKeyArn, plain, owner)
      const { functionArn } = owner
      const ciphertext = Buffer.from(sealed).toString('base64')
      return { filters: undefined, sealedFilters: { ciphertext, functionArn }, kmsKeyArn }
    },
    open,
    openFor: async (mapping) => {
      const { settings, sourceArn } = mapping
      const { sealedFilters, kmsKeyArn } = settings
      if (sealedFilters !== undefined && kmsKeyArn !== undefined) {
        const { functionArn } = sealedFilters
        await keys.requireService(kmsKeyArn, mappingArn(mapping), { functionArn, sourceArn })
      }
      return open(settings, sourceArn)
    },
    requireUsable: (keyArn) => keys.requireUsable(keyArn),
  }
}
