export type {
  ListInput,
  ListPage,
  ObjectInfo,
  ObjectRef,
  Objects,
  PublishInput,
  StagedBlob,
} from './objects.ts'
