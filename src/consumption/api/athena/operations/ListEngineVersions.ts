import {
  ListEngineVersions$,
  type ListEngineVersionsInput,
  type ListEngineVersionsOutput,
} from '@aws-sdk/client-athena'
import { engineVersion } from '#consumption/queries'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListEngineVersions.html */
export const ListEngineVersions = operation<ListEngineVersionsInput, ListEngineVersionsOutput>(
  ListEngineVersions$,
  async () => {
    return {
      EngineVersions: [
        { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: engineVersion },
        { SelectedEngineVersion: engineVersion, EffectiveEngineVersion: engineVersion },
      ],
    }
  },
)
