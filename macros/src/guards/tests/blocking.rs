use quote::quote;

use super::{assert_contains, assert_found, assert_unchanged, guarded};

#[test]
fn a_path_of_std_is_known() {
    assert_found(&[
        (quote!(std::thread::sleep(d);), &["thread_sleep"]),
        (quote!(::std::thread::sleep(d);), &["thread_sleep"]),
        (quote!(thread::sleep(d);), &["thread_sleep"]),
        (quote!(std::thread::park_timeout(d);), &["thread_park"]),
        (quote!(thread::scope(f);), &["thread_scope"]),
        (quote!(std::fs::read(p)?;), &["file"]),
        (quote!(std::fs::File::create(p)?;), &["file"]),
        (quote!(std::net::TcpListener::bind(a)?;), &["network"]),
        (quote!(std::os::unix::net::UnixStream::connect(a)?;), &["network"]),
        (quote!(reqwest::blocking::get(u)?;), &["http_client"]),
        (quote!(ureq::get(u);), &["http_client"]),
        (quote!(futures::executor::block_on(f);), &["block_on"]),
        (quote!(block_on(f);), &["block_on"]),
        (quote!(handle.block_on(f);), &["block_on"]),
        (quote!(taipan::run(f);), &["run"]),
    ]);
}

#[test]
fn a_shorter_path_asks_for_the_type_of_the_result() {
    let text = guarded(quote!(let text = fs::read_to_string(p)?;));
    let expected = quote!(match fs::read_to_string(p) {
        #[allow(unreachable_code)]
        __seen => {
            (&&::taipan::__private::guards::blocking::Value::new(&__seen)).file();
            __seen
        }
    }?);
    assert_contains(&text, &expected);
    assert_found(&[
        (quote!(File::open(p)?;), &["file"]),
        (quote!(TcpStream::connect(a)?;), &["network"]),
        (quote!(net::TcpStream::connect_timeout(a, d)?;), &["network"]),
    ]);
}

#[test]
fn a_known_call_stays_a_call() {
    let text = guarded(quote!(std::thread::sleep(d);));
    let expected = quote!(({
        (&&::taipan::__private::guards::blocking::Call).thread_sleep();
    }, std::thread::sleep(d)).1;);
    assert_contains(&text, &expected);
}

#[test]
fn a_place_is_looked_at_and_not_moved() {
    let text = guarded(quote!(self.messages.recv().ok()));
    let expected = quote!(
        (
            {
                (&&::taipan::__private::guards::blocking::Value::new(&self.messages))
                    .channel_recv();
            },
            self.messages.recv()
        )
            .1
            .ok()
    );
    assert_contains(&text, &expected);
}

#[test]
fn methods_ask_for_the_type_of_the_receiver() {
    assert_found(&[
        (quote!(thread.join();), &["thread_join"]),
        (quote!(spawn(f).join().unwrap();), &["thread_join"]),
        (quote!(command.arg(a).output()?;), &["command"]),
        (quote!(Command::new(p).status()?;), &["command"]),
        (quote!(child.wait();), &["child_wait", "barrier_wait"]),
        (quote!(child.wait_with_output();), &["child_wait"]),
        (quote!(condvar.wait(g);), &["condvar_wait"]),
        (quote!(condvar.wait_timeout_while(g, d, f);), &["condvar_wait"]),
        (quote!(rx.recv_timeout(d);), &["channel_recv"]),
        (quote!(stdin().read_line(&mut line);), &["stdin"]),
    ]);
}

#[test]
fn other_numbers_of_arguments_and_other_receivers_are_left_alone() {
    assert_unchanged(&[
        quote!(words.join(", ");),
        quote!(path.join(name).display();),
        quote!(group.wait(a, b, c, d);),
        quote!(readers[next()].recv();), // to look twice would call twice
        quote!((*shared).recv();),
    ]);
}

#[test]
fn what_is_awaited_is_no_call_of_std() {
    assert_unchanged(&[
        quote!(fs::read(p).await?;),
        quote!(rx.recv().await;),
        quote!(TcpStream::connect(a).await?;),
        quote!(child.wait().await?;),
    ]);
    // But what stands inside is looked at.
    assert_found(&[(quote!(send(std::fs::read(p)?).await;), &["file"])]);
}

#[test]
fn code_that_runs_elsewhere_is_left_alone() {
    assert_unchanged(&[
        quote!(to_thread(|| std::fs::read(p)).await?;),
        quote!(let f = move || thread::sleep(d);),
        quote!(
            fn helper() {
                std::thread::sleep(d);
            }
        ),
        quote!(
            const N: u32 = const { std::thread::sleep(d) };
        ),
        quote!(other_macro!(std::thread::sleep(d));),
    ]);
}

#[test]
fn code_that_runs_here_is_looked_at() {
    assert_found(&[
        (quote!(spawn(async { thread::sleep(d) });), &["thread_sleep"]),
        (quote!(each(async |d| thread::sleep(d)).await;), &["thread_sleep"]),
        (
            quote!(if a {
                for x in y {
                    thread::sleep(d)
                }
            }),
            &["thread_sleep"],
        ),
        (quote!(println!("{}", fs::read_to_string(p)?);), &["file"]),
        (quote!(assert_eq!(rx.recv(), Ok(1));), &["channel_recv"]),
        (
            quote!(
                async fn helper() {
                    std::thread::sleep(d);
                }
            ),
            &["thread_sleep"],
        ),
    ]);
}

#[test]
fn functions_of_other_names_are_left_alone() {
    assert_unchanged(&[
        quote!(tokio::fs::read(p);),
        quote!(tokio::net::TcpStream::connect(a);),
        quote!(fs::helper(p);),
        quote!(std::thread::spawn(f);),
        quote!(std::fs::OpenOptions::new();),
        quote!(std::net::Ipv4Addr::new(1, 2, 3, 4);),
        quote!(runtime.run(f);),
    ]);
}

#[test]
fn attributes_stay_in_front() {
    let text = guarded(quote!(#[allow(deprecated)] barrier.wait();));
    assert!(text.starts_with("{ # [allow (deprecated)] ("), "{text}");
}
