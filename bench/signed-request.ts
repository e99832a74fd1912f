// One signed request as a platform sends it, made before the clock starts.
export interface Letter {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | number>>;
}
