/** What is used of an optional package: where it is not installed, its own types are not there either. */
declare module 'koffi' {
  interface Library {
    func(definition: string): (...values: readonly unknown[]) => number | bigint
  }
  const koffi: {
    /** `null` is what the process has loaded already. */
    load(path: string | null): Library
    /** Makes a type of that name known. */
    struct(name: string, members: Readonly<Record<string, string>>): unknown
    /** The error of the last call on this thread. */
    errno(): number
  }
  // oxlint-disable-next-line import/no-default-export
  export default koffi
}
