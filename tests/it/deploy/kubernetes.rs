//! The Kubernetes manifests, read as a cluster would: what they say of settings, probes, draining and rights is tried on the
//! real program.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use rustix::process::Signal;
use yaml_rust2::{Yaml, YamlLoader};

use super::shipped;
use crate::support::redis::Server as Redis;
use crate::support::{Client, Home, SOON, Server, wait_for};

/// Seconds that a stopping server gives requests in flight (`GRACE` of the accept loop).
const GRACE: i64 = 10;
/// Seconds that it waits for a notification under way (`LAST_NOTIFICATIONS` of `serve`).
const LAST_NOTIFICATIONS: i64 = 10;

fn manifest(name: &str) -> Vec<Yaml> {
    YamlLoader::load_from_str(&shipped(&format!("deploy/kubernetes/{name}"))).unwrap()
}

fn of_kind<'a>(documents: &'a [Yaml], kind: &str) -> &'a Yaml {
    documents.iter().find(|document| document["kind"].as_str() == Some(kind)).unwrap()
}

/// Every variable with a value of its own.
fn variables(documents: &[Yaml]) -> Vec<(String, String)> {
    let shared = of_kind(documents, "ConfigMap")["data"].as_hash().unwrap().iter();
    let shared = shared.map(|(name, value)| (name.as_str().unwrap(), value.as_str().unwrap()));
    let container = &of_kind(documents, "Deployment")["spec"]["template"]["spec"]["containers"][0];
    let own = container["env"].as_vec().unwrap().iter();
    let own = own.filter_map(|entry| Some((entry["name"].as_str()?, entry["value"].as_str()?)));
    shared.chain(own).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn a_pod_serves_is_asked_and_drains_as_its_manifest_says() {
    let documents = manifest("readonce.yaml");
    let pod = &of_kind(&documents, "Deployment")["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let home = Home::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let redis = runtime.block_on(Redis::with(&["--save", ""]));

    // A mounted secret: links, and a file that root and the pod's group may read.
    let mount = home.file("mount");
    fs::create_dir_all(mount.join("..data-1")).unwrap();
    let key = home.run(&["key", "generate"]).succeeded().stdout;
    fs::write(mount.join("..data-1/readonce.keys"), key).unwrap();
    let mode = fs::Permissions::from_mode(0o440);
    fs::set_permissions(mount.join("..data-1/readonce.keys"), mode).unwrap();
    symlink("..data-1", mount.join("..data")).unwrap();
    symlink("..data/readonce.keys", mount.join("readonce.keys")).unwrap();

    let mounted = container["volumeMounts"][0]["mountPath"].as_str().unwrap();
    let mut command = home.command(&[container["args"][0].as_str().unwrap()]);
    command.env("READONCE_STORE", redis.url());
    let mut delay = 0;
    for (name, value) in variables(&documents) {
        let value = value.replace(mounted, mount.to_str().unwrap()).replace("0.0.0.0:7143", "127.0.0.1:0");
        if name == "READONCE_DRAIN__DELAY" {
            delay = value.parse().unwrap();
        }
        command.env(name, value);
    }
    let server = Server::start(command).unwrap_or_else(|ran| panic!("it ended: {ran:?}"));
    let client = Client::new(server.address());
    let path = |probe: &str| container[probe]["httpGet"]["path"].as_str().unwrap().to_owned();
    let (live, ready) = (path("livenessProbe"), path("readinessProbe"));
    assert_eq!(path("startupProbe"), live);
    for path in [&live, &ready] {
        client.get(path).ok();
    }
    client.reads_once(&client.share("in a pod"), "in a pod");

    server.signal(Signal::TERM);
    wait_for("not ready", SOON, || (client.get(&ready).status == 503).then_some(()));
    client.get(&live).ok(); // a draining pod must not be killed
    client.reads_once(&client.share("while draining"), "while draining");
    let grace = pod["terminationGracePeriodSeconds"].as_i64().unwrap();
    assert!(grace > delay + GRACE + LAST_NOTIFICATIONS + 2, "{grace} s are too few to drain in");
    let unready = &container["readinessProbe"];
    let noticed = unready["periodSeconds"].as_i64().unwrap() * unready["failureThreshold"].as_i64().unwrap();
    assert!(delay > noticed, "it closes before it is taken out of the service");
    server.signal(Signal::TERM);
    drop(server.ended());
}

#[test]
fn a_pod_has_no_rights_to_lose() {
    let documents = manifest("readonce.yaml");
    let pod = &of_kind(&documents, "Deployment")["spec"]["template"]["spec"];
    let own = &pod["containers"][0]["securityContext"];
    assert_eq!(own["readOnlyRootFilesystem"].as_bool(), Some(true));
    assert_eq!(own["allowPrivilegeEscalation"].as_bool(), Some(false));
    assert_eq!(own["capabilities"]["drop"][0].as_str(), Some("ALL"));
    assert_eq!(pod["securityContext"]["runAsNonRoot"].as_bool(), Some(true));
    assert_eq!(pod["automountServiceAccountToken"].as_bool(), Some(false));
    // The image's own user.
    let user = pod["securityContext"]["runAsUser"].as_i64().unwrap();
    assert!(shipped("Dockerfile").contains(&format!("USER {user}:{user}\n")));
}

#[test]
fn the_manifests_name_each_other_rightly() {
    let documents = manifest("readonce.yaml");
    let deployment = of_kind(&documents, "Deployment");
    let label = "app.kubernetes.io/name";
    let labels = &deployment["spec"]["template"]["metadata"]["labels"][label];
    assert_eq!(&deployment["spec"]["selector"]["matchLabels"][label], labels);
    assert_eq!(&of_kind(&documents, "Service")["spec"]["selector"][label], labels);
    assert_eq!(&of_kind(&documents, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"][label], labels);

    let secret = manifest("secret.example.yaml");
    let secret = of_kind(&secret, "Secret");
    let pod = &deployment["spec"]["template"]["spec"];
    let volume = &pod["volumes"][0];
    assert_eq!(volume["secret"]["secretName"], secret["metadata"]["name"]);
    let key = volume["secret"]["items"][0]["key"].as_str().unwrap();
    assert!(secret["stringData"][key].as_str().is_some());
    assert_eq!(volume["name"], pod["containers"][0]["volumeMounts"][0]["name"]);
    let store = &pod["containers"][0]["env"][0]["valueFrom"]["secretKeyRef"];
    assert!(secret["stringData"][store["key"].as_str().unwrap()].as_str().is_some());

    let ingress = manifest("ingress.yaml");
    let ingress = of_kind(&ingress, "Ingress");
    let backend = &ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"];
    assert_eq!(backend["name"], of_kind(&documents, "Service")["metadata"]["name"]);
    assert_eq!(backend["port"]["name"], of_kind(&documents, "Service")["spec"]["ports"][0]["name"]);
    let host = ingress["spec"]["rules"][0]["host"].as_str().unwrap();
    let address = of_kind(&documents, "ConfigMap")["data"]["READONCE_BASE_URL"].as_str().unwrap();
    assert_eq!(address, format!("https://{host}"));
}
