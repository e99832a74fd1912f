// One signed request as a platform sends it. It is made before the measurement starts.
export interface SignedRequest {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | number>>;
}
