import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Updater } from 'tuf-js';

/** Serves metadata and targets from memory; a target that is `endless` is sent until the client hangs up. */
export class LoopbackRepository {
  readonly files: Map<string, Uint8Array>;
  readonly targets = new Map<string, Uint8Array | 'endless'>();
  readonly requests: string[] = [];
  private readonly server: Server;

  constructor(files: Map<string, Uint8Array>) {
    this.files = files;
    this.server = createServer((request, response) => {
      const path = decodeURIComponent((request.url ?? '').slice(1));
      this.requests.push(path);
      const bytes = path.startsWith('targets/') ? this.targets.get(path.slice(8)) : this.files.get(path.slice(9));
      if (bytes === undefined) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200);
      if (bytes === 'endless') {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', more);
        more();
      } else {
        response.end(bytes);
      }
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** An unmodified tuf-js client with a folder of its own. */
export class TufJsClient {
  private readonly folder = mkdtempSync(join(tmpdir(), 'fettle-tuf-js-'));
  private readonly base: string;

  constructor(base: string, root: Uint8Array) {
    this.base = base;
    writeFileSync(join(this.folder, 'root.json'), root);
  }

  /** One whole update and, where a path is given, the download of that target. */
  async update(path?: string): Promise<Uint8Array | undefined> {
    const updater = new Updater({
      metadataDir: this.folder,
      metadataBaseUrl: `${this.base}/metadata`,
      targetDir: this.folder,
      targetBaseUrl: `${this.base}/targets`,
      config: { fetchRetries: 0 },
    });
    await updater.refresh();
    if (path === undefined) return undefined;
    const target = await updater.getTargetInfo(path);
    if (!target) throw new Error('target not found');
    return readFileSync(await updater.downloadTarget(target));
  }

  /** The version of a file that the client trusts; 0 for none. */
  trustedVersion(role: string): number {
    const file = join(this.folder, `${role}.json`);
    if (!existsSync(file)) return 0;
    const { signed } = JSON.parse(readFileSync(file, 'utf8')) as { signed: { version: number } };
    return signed.version;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
