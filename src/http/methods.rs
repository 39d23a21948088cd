//! What answers the methods of a route. Those that it has not are answered like an unknown path, and without an `Allow`
//! (v1-contract.md §2), which axum's own table of methods would add.

use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;

use super::routes::Answering;

/// A handler with its extractors.
type Handle<S> = Box<dyn Fn(Request, S) -> Answering + Send + Sync>;

/// The handlers of a route.
pub struct Methods<S> {
    get: Option<Handle<S>>,
    post: Option<Handle<S>>,
    others: Handle<S>,
}

impl<S: Send + Sync + 'static> Methods<S> {
    /// No methods: `handler` answers.
    #[must_use]
    pub fn otherwise<H: Handler<T, S, Future = Answering>, T: 'static>(handler: H) -> Self {
        Self { get: None, post: None, others: handle(handler) }
    }

    /// GET, and HEAD, whose answer is sent without its body.
    #[must_use]
    pub fn get<H: Handler<T, S, Future = Answering>, T: 'static>(self, handler: H) -> Self {
        Self { get: Some(handle(handler)), ..self }
    }

    /// POST.
    #[must_use]
    pub fn post<H: Handler<T, S, Future = Answering>, T: 'static>(self, handler: H) -> Self {
        Self { post: Some(handle(handler)), ..self }
    }

    /// Has the handler of the request's method answer.
    pub(super) fn call(&self, request: Request, state: S) -> Answering {
        let handle = match *request.method() {
            Method::GET | Method::HEAD => self.get.as_ref(),
            Method::POST => self.post.as_ref(),
            _ => None,
        };
        handle.unwrap_or(&self.others)(request, state)
    }
}

fn handle<H: Handler<T, S, Future = Answering>, T: 'static, S: 'static>(handler: H) -> Handle<S> {
    Box::new(move |request, state| handler.clone().call(request, state))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[tokio::test]
    async fn a_method_has_its_handler_and_the_others_have_one() {
        let methods = Methods::otherwise(async || "no such").get(async || "got").post(async || "posted");
        let only = Methods::otherwise(async || "no such").post(async || "posted");
        for (method, said, said_by_post_alone) in [
            (Method::GET, "got", "no such"),
            (Method::HEAD, "got", "no such"),
            (Method::POST, "posted", "posted"),
            (Method::PUT, "no such", "no such"),
            (Method::OPTIONS, "no such", "no such"),
        ] {
            for (methods, said) in [(&methods, said), (&only, said_by_post_alone)] {
                let request = Request::builder().method(method.clone()).body(Body::empty()).unwrap();
                let body = methods.call(request, ()).await.into_body();
                assert_eq!(axum::body::to_bytes(body, 100).await.unwrap(), said, "{method}");
            }
        }
    }
}
