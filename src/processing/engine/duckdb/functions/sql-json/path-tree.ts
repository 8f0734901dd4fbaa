import type { Item } from './items.ts'

export type ArithmeticSign = '+' | '-' | '*' | '/' | '%'
export type ComparisonSign = '==' | '<>' | '<' | '<=' | '>' | '>='
export type Method = 'abs' | 'ceiling' | 'floor' | 'double' | 'type' | 'size' | 'keyvalue'

/** An expression of SQL's JSON paths, which gives a sequence of items. */
export type PathNode =
  | { readonly kind: 'literal'; readonly item: Item }
  | { readonly kind: 'root' | 'current' | 'last' }
  | { readonly kind: 'variable'; readonly name: string }
  /** A member of objects; without a name all of them. */
  | { readonly kind: 'member'; readonly of: PathNode; readonly name: string | undefined }
  | { readonly kind: 'descendants'; readonly of: PathNode; readonly name: string }
  /** Elements of arrays; without places all of them. */
  | {
      readonly kind: 'elements'
      readonly of: PathNode
      readonly places: readonly { readonly from: PathNode; readonly to?: PathNode }[] | undefined
    }
  | { readonly kind: 'filter'; readonly of: PathNode; readonly predicate: Predicate }
  | { readonly kind: 'method'; readonly of: PathNode; readonly method: Method }
  | { readonly kind: 'sign'; readonly negative: boolean; readonly of: PathNode }
  | {
      readonly kind: 'arithmetic'
      readonly sign: ArithmeticSign
      readonly left: PathNode
      readonly right: PathNode
    }

/** True, false or unknown. */
export type Predicate =
  | {
      readonly kind: 'compare'
      readonly sign: ComparisonSign
      readonly left: PathNode
      readonly right: PathNode
    }
  | { readonly kind: 'startsWith'; readonly whole: PathNode; readonly initial: PathNode }
  | { readonly kind: 'exists'; readonly path: PathNode }
  | { readonly kind: 'not' | 'isUnknown'; readonly of: Predicate }
  | { readonly kind: 'and' | 'or'; readonly left: Predicate; readonly right: Predicate }

export interface Path {
  readonly lax: boolean
  readonly root: PathNode
  /** Names that PASSING must give. */
  readonly variables: ReadonlySet<string>
}
