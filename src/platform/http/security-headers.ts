import helmet from '@fastify/helmet';
import type { App } from '../module.ts';

/**
 * Headers of everything a browser loads from us. Nothing comes from another site, no script is
 * inline. Styles may be: Mantine and ECharts place and colour elements through style attributes,
 * which no nonce can cover; a style cannot run code, and `connect-src` and `img-src` keep it from
 * carrying anything out.
 */
export async function addSecurityHeaders(app: App, secure: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Set below: it must not reach `localhost`, where it would close the plain listener as well.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    xPoweredBy: false,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header(
      'permissions-policy',
      'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    );
    if (secure && !/^localhost(:|$)/i.test(request.headers.host ?? '')) {
      reply.header('strict-transport-security', 'max-age=31536000');
    }
  });
}
