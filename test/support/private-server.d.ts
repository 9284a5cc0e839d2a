export interface PrivateServer {
  url: string;
  version: string;
  pid: number;
  crash(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export function startPrivateServer(program: string, more?: string[]): Promise<PrivateServer>;
